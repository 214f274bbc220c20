"""One contract for every platform."""

import pytest

pytest.register_assert_rewrite("tests.contract.platform_contract")
