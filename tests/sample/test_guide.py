"""How Halyard works what it knows: each matter is known by its words, and helped in each plan."""

from tierline.cases.playbook import Offered, parse_guide
from tierline.catalog.document import read_document
from tierline.catalog.load import load_catalog
from tierline.sample.catalogs import GOLD_CARE
from tierline.sample.files import SampleFiles
from tierline.sample.telling_guide import GUIDE, MACROS
from tierline.sample.telling_playbooks import TOPICS
from tierline.sample.words import MATTERS

CATALOGS = (load_catalog(SampleFiles().catalog), load_catalog(GOLD_CARE))
TIERS = frozenset(tier for each in CATALOGS for tier in each.tiers)
SEVERITIES = frozenset(key for each in CATALOGS for key in each.severities)
IN_FORCE = parse_guide(read_document(GUIDE), Offered(TIERS, SEVERITIES))


def test_each_matter_is_known_by_its_subject() -> None:
    found = {
        subject: IN_FORCE.suggested(subject)[0]
        for matter in MATTERS.values()
        for subject in matter.subjects
    }
    assert found == {
        subject: TOPICS[name] for name, matter in MATTERS.items() for subject in matter.subjects
    }


def test_macros_name_what_there_is() -> None:
    reasons = {reason for each in CATALOGS for reason in each.clock_rules.pauses}
    for macro in MACROS:
        assert not macro.topic or macro.topic in IN_FORCE.topics
        assert not macro.reason or macro.reason in reasons


def test_each_matter_has_a_playbook_on_every_tier_and_severity() -> None:
    for topic in TOPICS.values():
        for severity in SEVERITIES:
            assert all(IN_FORCE.playbook(topic, severity, tier) for tier in TIERS)
