"""What the demo's people say. All made up; {thing}, {other}, {where} and {when} are filled in as they speak."""

INTERESTS = {
    "garden": "tomatoes, the old pear tree, compost, a robin, slugs, sweet peas, the greenhouse, rhubarb, frost",
    "trams": "line 4, the depot, a timetable, the new stop, old rails, a night tram, the bridge, an interchange",
    "bread": "sourdough, rye, the oven, a starter, flour, crumb, plaits, a burnt crust, cardamom buns",
    "birds": "a heron, swifts, the ringed plover, binoculars, a wren, the hide, starlings, an owl, geese",
    "books": "a novel, the library, margins, a translation, chapter nine, short stories, a paperback, poetry",
    "cycling": "a puncture, the towpath, gears, a headwind, panniers, the hill, a wheel, the repair café",
    "mathematics": "a proof, primes, chalk, a lemma, graph colouring, my students, an elegant bound, knots",
    "music": "the cello, choir, a fugue, rehearsal, an accordion, reeds, a lullaby, the second violins",
    "sea": "the ferry, fog, kelp, a lighthouse, mackerel, low tide, the pier, a rowing boat",
    "film": "a silent film, the projector, subtitles, a matinee, long takes, the foyer, a documentary",
    "code": "a compiler, tests, a parser, the build, regular expressions, a memory leak, documentation",
    "history": "a parish register, maps, the archive, a mill, letters from 1911, an inscription, the old wall",
    "weather": "drizzle, fog, wind, frost, thunder, sunshine, showers, sleet",
    "photography": "the harbour, dusk, a doorway, reeds, the market hall, puddles, a staircase, rooftops",
    "office": "the export, a calendar, invoices, the mobile app, a shared folder, printing, reminders, the login",
    "business": "your funnel, growth, leads, personal branding, engagement, content, conversions, your pitch",
    "headlines": "the council, harbour tolls, a bakery, school meals, the water board, a stadium, rail fares, rents",
    "deals": "headphones, a blender, office chairs, suitcases, phone cases, desk lamps, trainers, kettles",
}

WHERE = "at home, by the river, in the kitchen, on the train, next door, at the market, in the shed, up the road"
WHEN = "this morning, last night, after lunch, before work, at dawn, on the way back, at last, all afternoon"

TALK = """\
Spent an hour with {thing} {when} and forgot the kettle twice.
I keep thinking about {thing}; nobody warned me it would be this absorbing.
Does anyone else talk to {thing} or is that only me?
{When}, {where}: {thing}. That is the whole post.
My neighbour swears by {thing}, my sister prefers {other}, and I stay neutral.
Small victory: {thing} finally behaves, though {other} still does not.
There are days for {other} and days for {thing}. Today was neither.
Found an old note of mine about {thing}. It says only “remember”.
What I like about {thing} is how little it cares for my plans.
Nine people turned up {where} to hear about {thing}. Nine!
Tea, rain, {thing}. I ask for nothing more.
A child asked me what {other} is for, and I had no answer ready.
I was wrong about {thing} for about twenty years, it turns out.
Half of what I know about {other} I learned from people here. Thank you.
If you see me {where} with {thing}, please send me back to bed.
Somebody left {thing} {where} and now it is my problem.
The trick with {thing} seems to be patience, which I have run out of.
Quiet evening. {Thing} did most of the talking.
Overheard {where}: “It is never really about {other}, is it?”
Trying to explain {thing} to my father over a bad line. Wish me luck.
Once more unto {thing}, dear friends, once more.
My plan for the weekend has two words, and one of them is {other}.
How did anybody manage {thing} before we had lamps?
Swapped {other} for {thing} with a stranger {when}; both of us beamed.
Note to self: never begin {thing} on an empty stomach.
The cat has opinions about {other}. They are not printable.
Best sound of the week: {thing}, {where}, nobody else about.
I promised a photograph of {thing} but my hands were full.
Turns out {other} and {thing} have more in common than you would guess.
Long day. {Thing} made it shorter.
Unpopular view: {other} was better in the eighties.
A stranger {where} gave me advice about {thing} and it worked.
Seven attempts so far. The eighth belongs to {thing}.
Who taught {other} to be so stubborn?
Every spring I forget how loud {thing} can be.
Grateful for people who answer silly questions about {other}.
Lost my glasses while looking for {thing}. Irony noted.
One hour until guests arrive, and I am still busy with {other}.
They have repainted the bench {where}. {Thing} looks odd beside it.
Reading old letters; even then they complained about {other}.
""".splitlines()

ANSWERS = """\
Yes! Mine did that too, until I gave {thing} a rest.
I would start with {other}, but you know your corner best.
Ha, that made my morning.
Are you sure it was {thing}? It sounds more like {other} to me.
Thank you, I had not thought of it from that side.
My aunt used to say the same, usually {where}.
Not quite: the older ones are different, I checked {when}.
Could you show us how it looks when you are done?
I disagree a little, though I see why you would say so.
Take it slowly, mine took three years.
Same here, and no idea why either.
Where did you find that? I have been searching since May.
Congratulations, you earned it!
Oh no. Is everybody all right?
We should compare notes over coffee, Thursday perhaps?
That is exactly what happened to us {where}.
I believe there was a talk about {other} that explains it.
Good question, let me ask my colleague.
Count me in, I can bring {thing}.
You were right and I was wrong, it happens.
Try it with less of {other} next time?
Lovely. I can almost smell it.
How long did it take you in the end?
Sorry to hear that, sending warm thoughts.
The second one, without any doubt.
Please never stop posting these.
Have you asked them why they changed it?
It depends: {when} I would say no.
My vote goes to {thing}, every time.
Only on Sundays, and only with {other}.
Wait, people do that on purpose?
I laughed, then I went and did it too.
What a story. What became of the other half?
Better than mine, which fell over {when}.
Let me know if you need a hand carrying it.
Funny, I had the opposite experience with {other}.
Next week works, any evening but Wednesday.
Did the smell ever go away?
You could ask the woman at the counter, she knows everything about {thing}.
Mine is blue, and I regret nothing.
I owe you a cake for this.
Hm, the label on ours says the contrary.
Bravo! And in this wind, too.
What happens if you simply leave it alone?
Never trust {other} on a Monday.
We tried twice and gave up, so hats off.
Tell your brother he still has my ladder.
Somewhere between the second and the third, I would guess.
No need to apologise, everybody was late.
Such a kind thing to do for a neighbour.
This explains so much about my childhood.
Careful, that part gets hot.
I will pass it on to her tonight.
Which edition? The early one had a different ending.
Fair point, and well put.
Please give {thing} a pat from me.
They closed in March, sadly.
I can lend you ours until the weekend.
Hard to say from here, is there a second picture?
Agreed on all counts except {other}.
My knees hurt from reading this.
You made the right call.
""".splitlines()

COMMENTS = """\
This goes deeper than I expected, above all the part about {thing}:
I do not agree with every line, but what she writes on {other} stayed with me.
For those who asked me about {thing} {when}, start here and skip the first section.
A patient explanation of {other}; my only quarrel is with the ending.
Worth your lunch break: somebody actually went and measured {thing}.
I read this twice, because the first time I missed what it says of {other}.
Old but still the clearest thing on {thing} that I know of.
Beautifully told, and sad: how {other} disappeared from one street.
Counts as research, surely. {Thing}, seen by someone who works with it.
You will want to argue with this one, so do; I already did {where}.
My grandmother would have enjoyed this account of {thing}, and corrected it.
Sceptical at first, convinced by the third chart. Have a look at what happens to {other}.
If we talked about {thing} at dinner: this was the article I could not name.
Two people who rarely agree on anything agree about {other} here.
Slow start, wonderful middle. {Thing} as I had never considered it.
I had it wrong all those years; this puts {other} straight with kindness.
Sent to me by a friend {when}, and now I pass it on.
Somebody should make a play out of this story of {thing}.
The comments below are as good as the text, for once.
Numbers at the end, anecdotes at the beginning, {other} throughout.
Not new, but I come back to it every autumn.
She asks the question about {thing} that everybody else avoided.
A quarrel worth following: is {other} a craft or a habit?
Bookmark it for a rainy afternoon; it takes its time with {thing}.
""".splitlines()

OWN_WORK = """\
New on my blog after too long a pause: what {thing} taught me about asking for help.
I wrote down how we did it, with all the mistakes around {other} left in.
Wrote about {thing}. Comments are open, tell me where I went wrong.
Finally finished the piece on {other} that I have been grumbling about here.
""".splitlines()

PITCHES = """\
7 ways to boost {thing} today!
Is {thing} holding you back?
The secret of {other} revealed
Why {thing} beats {other}
Free webinar: master {thing}
Are YOU ready for {thing}?
What nobody tells you about {other}
10x {thing} in one week
Stop wasting time on {other}!
Download our white paper on {thing}
{Thing}: the ultimate guide
Do you like {other}? Read this!
How we doubled {thing}
Last chance: {other} masterclass
""".splitlines()

DEALS = """\
SALE: {thing}, 40% off today
Deal of the hour: {thing}
Save big on {other}
Price drop! {Thing}
Only 3 left: {other}
""".splitlines()

HEADLINES = """\
Dispute over {thing} ends in compromise
{Thing}: what changes on Monday
Report criticises plans for {other}
Residents ask for a say on {thing}
Vote on {other} postponed again
Costs of {thing} higher than expected
Minister visits town, speaks of {other}
Five questions about {thing}
Court rules on {other}
Union warns of delays to {thing}
""".splitlines()

SPAM = ["This will change how you think about {thing}, take a look!"]

CAPTIONS = """\
{Thing}, {when}.
Waited an hour for the light. {Thing}.
No filter, only {other}.
From the archive: {thing} {where}.
Found {where}.
Black and white suits {other}.
Another one of {thing}, because I cannot stop.
""".splitlines()

FORECASTS = """\
Today: {thing} until noon, later {other}. High {n} °C.
{When}: {thing}, {n} °C, wind light from the west.
Tonight {other}, low {n} °C. Tomorrow {thing}.
Warning ended: no more {thing} expected.
""".splitlines()

DELAYS = """\
Line {n}: back to normal after {thing}.
Line {n} runs {n} minutes late because of {thing}.
Replacement bus on line {n} {when}, reason: {other}.
""".splitlines()

SUPPORT = """\
We heard you: {thing} and {other} now work together. Tell us what is still missing.
What would you like us to mend first, {thing} or {other}? Answers are read by people.
Our mistake {when}: {thing} failed for an hour. Here is what went wrong and what we changed.
Thank you for the long thread on {other}, our developers read all of it {when}.
Some of you miss the old look. We kept it, and here is where to find it.
Who would like to try {thing} before everybody else? Ten places, no strings.
The question we were asked most in May was about {other}; this is our honest answer.
Behind the scenes {when}: how Farida rebuilt {thing} from scratch.
We will not build that one, and we would like to explain why.
Short week here, so letters take until Friday. Urgent ones first, promised.
""".splitlines()

LESSONS = """\
Nobody owes {thing} their attention. I tell that to every class, and they still ask about {other}.
A student asked {when} how to sell on here. I said: listen for a month first.
Met a shop owner who answers every letter about {other} by hand. That is all the marketing she needs.
If you count followers {when}, count the people you answered as well.
Cancelled my talk on {thing}. We had a conversation instead, it was better.
""".splitlines()

POLYGLOT = """\
Heute {where} nur Regen und viel Zeit zum Lesen, wunderbar.
Kennt jemand ein gutes Wort für den Geruch nach dem Regen?
Ma voisine m'a apporté des figues, la journée est sauvée.
On a chanté jusqu'à minuit, et personne ne voulait rentrer.
Hoy aprendí que mi abuela escribía poemas en los márgenes.
¿Alguien más confunde siempre los trenes del andén tres?
Oggi il mare era così calmo che sembrava di vetro.
今日は川沿いを一時間ほど散歩しました。
図書館で古い地図を見つけて、つい読みふけってしまった。
朝の市場でいちじくを買った。とても甘い。
Between two languages I mostly dream of {thing}.
Wie sagt man „{other}“, ohne dass es nach Amt klingt?
J'ai encore oublié mon parapluie dans le tram, c'est le troisième.
Se me quemó el arroz otra vez, pero la música era buena.
Quanto mi piace il silenzio delle biblioteche la domenica.
Een lange brief geschreven en niet verstuurd.
""".splitlines()

THREAD = """\
A long story about {thing}, so make yourself comfortable.
First you have to know that {other} was cheap in those days, and nobody counted.
Then, {when}, somebody noticed that the numbers did not fit.
I asked around {where}; three people gave me four answers.
The oldest of them remembered {thing} from her childhood.
What she described was nothing like {other} as we know it.
So I went back and looked again, more slowly this time.
And there it was, between two pages that had stuck together.
I do not know yet what it means. But {thing} will never look the same to me.
""".splitlines()
