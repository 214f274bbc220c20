"""What Prometheus is told keeps to its format and its guidelines, whatever a label holds."""

import re
from collections import Counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from bot.cli.metrics_docs import ALERTS
from bot.report.metrics import ALL, GAPS, SWEEPS, Kind, Metric, Sample, exposition

UNITS = ("seconds", "bytes", "info", "total")


def test_each_metric_is_told_once_by_a_name_of_its_own():
    assert [name for name, many in Counter(metric.name for metric in ALL).items() if many > 1] == []


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.name)
def test_names_and_labels_follow_the_guidelines(metric: Metric):
    """prometheus.io/docs/practices/naming: one prefix, base units, `_total` for what only goes up."""
    assert re.fullmatch(r"(quietfeed|process)_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.name.endswith("_total") is (metric.kind is Kind.COUNTER)
    assert not re.search(r"_(minutes|hours|days|milliseconds|kilobytes|mb)(_|$)", metric.name)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", label) for label in metric.labels)
    assert metric.help[0].isalnum()
    assert metric.help.endswith(".")


@given(st.lists(st.tuples(st.text(), st.floats(0, 1e15))))
def test_whatever_a_label_holds_is_read_back_as_it_was(told):
    read = list(text_string_to_metric_families(exposition(Sample(GAPS, value, (name,)) for name, value in told)))
    samples = [(sample.labels["profile"], sample.value) for family in read for sample in family.samples]
    assert samples == told


def test_a_metric_is_told_with_its_kind_and_meaning():
    (family,) = text_string_to_metric_families(exposition([Sample(SWEEPS, 3, ("home", "done"))]))
    assert (family.name, family.type, family.documentation) == ("quietfeed_sweeps", "counter", SWEEPS.help)
    assert family.samples[0].labels == {"profile": "home", "outcome": "done"}


def test_a_value_without_its_labels_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="zip"):
        exposition([Sample(SWEEPS, 1, ("home",))])


def test_the_alerts_of_the_docs_ask_for_what_there_is():
    (group,) = yaml.safe_load(ALERTS)["groups"]
    asked = {name for rule in group["rules"] for name in re.findall(r"quietfeed_\w+", rule["expr"])}
    assert asked
    assert asked <= {metric.name for metric in ALL}
