"""Everything that is recorded, by noun: what an action is given inside of one transaction.

Each noun is made when it is first asked for: a request needs a few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from tierline.kernel.facts import Fact
from tierline.store import journal
from tierline.store.accelerated_responses import (
    AcceleratedResponseReads,
    AcceleratedResponseRecords,
)
from tierline.store.accounts import AccountReads, AccountRecords
from tierline.store.advice import AdviceReads, AdviceRecords
from tierline.store.articles import ArticleReads, ArticleRecords
from tierline.store.attachments import AttachmentReads, AttachmentRecords
from tierline.store.blocked_senders import BlockedSenderReads, BlockedSenderRecords
from tierline.store.call_ins import CallInReads, CallInRecords
from tierline.store.care import CareReads, CareRecords
from tierline.store.case_problems import ProblemReads, ProblemRecords
from tierline.store.case_records import CaseRecords
from tierline.store.cases import CaseReads
from tierline.store.catalogs import CatalogReads, CatalogRecords
from tierline.store.chats import ChatReads, ChatRecords
from tierline.store.components import ComponentReads, ComponentRecords
from tierline.store.consents import ConsentReads, ConsentRecords
from tierline.store.contacts import ContactReads, ContactRecords
from tierline.store.contracts import ContractReads, ContractRecords, KnownTerms
from tierline.store.criticality import CriticalityReads, CriticalityRecords
from tierline.store.desk_work import (
    MacroReads,
    MacroRecords,
    PresenceReads,
    PresenceRecords,
    SavedViewReads,
    SavedViewRecords,
)
from tierline.store.due_work import DueWorkReads, DueWorkRecords
from tierline.store.effort import EffortReads, EffortRecords
from tierline.store.external_ids import ExternalIdReads, ExternalIdRecords
from tierline.store.file_scans import FileScanReads, FileScanRecords
from tierline.store.guides import GuideReads, GuideRecords
from tierline.store.health_reports import HealthReportReads, HealthReportRecords
from tierline.store.hierarchy import HierarchyReads, HierarchyRecords
from tierline.store.idempotency import IdempotencyReads, IdempotencyRecords
from tierline.store.identities import IdentityReads, IdentityRecords
from tierline.store.imported_cases import ImportedCaseReads, ImportedCaseRecords
from tierline.store.imports import ImportReads, ImportRecords
from tierline.store.incidents import IncidentReads, IncidentRecords
from tierline.store.invitations import InvitationReads, InvitationRecords
from tierline.store.knowledge_use import KnowledgeUseReads, KnowledgeUseRecords
from tierline.store.legal_holds import LegalHoldReads, LegalHoldRecords
from tierline.store.letters import LetterReads, LetterRecords
from tierline.store.limit_notices import LimitNoticeReads, LimitNoticeRecords
from tierline.store.mailboxes import MailboxReads, MailboxRecords
from tierline.store.mails import MailReads, MailRecords
from tierline.store.masks import MaskReads, MaskRecords
from tierline.store.meters import MeterReads, MeterRecords
from tierline.store.notice_choices import NoticeChoiceReads, NoticeChoiceRecords
from tierline.store.notices import NoticeReads, NoticeRecords
from tierline.store.outbox import OutboxReads, OutboxRecords
from tierline.store.participants import (
    LinkReads,
    LinkRecords,
    ParticipantReads,
    ParticipantRecords,
)
from tierline.store.partner_access import PartnerAccessReads, PartnerAccessRecords
from tierline.store.passkeys import PasskeyReads, PasskeyRecords
from tierline.store.people import PeopleReads, PeopleRecords
from tierline.store.performance import PerformanceReads, PerformanceRecords
from tierline.store.post_mortems import PostMortemReads, PostMortemRecords
from tierline.store.promise_mentions import MentionReads, MentionRecords
from tierline.store.reader_languages import ReaderLanguageReads, ReaderLanguageRecords
from tierline.store.reservations import ReservationReads, ReservationRecords
from tierline.store.routing import RoutingReads
from tierline.store.routing_records import RoutingRecords
from tierline.store.search import SearchReads, SearchRecords
from tierline.store.sent_mails import SentMailReads, SentMailRecords
from tierline.store.sessions import SessionReads, SessionRecords
from tierline.store.shortages import ShortageReads, ShortageRecords
from tierline.store.subject_leads import SubjectLeadsReads, SubjectLeadsRecords
from tierline.store.suggestions import SuggestionReads
from tierline.store.tokens import TokenReads, TokenRecords
from tierline.store.triage import TriageReads, TriageRecords
from tierline.store.unit_of_work import Snapshot, UnitOfWork
from tierline.store.usage import UsageReads
from tierline.store.usage_counts import CountedUsage
from tierline.store.usage_quality import UsageQualityRecords
from tierline.store.usage_recount import UsageRecountReads, UsageRecountRecords
from tierline.store.users import UserReads, UserRecords
from tierline.store.webhooks import WebhookReads, WebhookRecords

NounT = TypeVar("NounT")


def _of_moment(reads: Callable[[Snapshot], NounT]) -> cached_property[NounT]:
    return cached_property(lambda own: reads(own.snapshot))


def _of_unit(records: Callable[[UnitOfWork], NounT]) -> cached_property[NounT]:
    return cached_property(lambda own: records(own.unit))


class Reads:
    """The records of one moment, to read. `known` are terms that this process keeps."""

    people = _of_moment(PeopleReads)
    """Every place where a person stands."""
    identities = _of_moment(IdentityReads)
    """Aliases of accounts, and merges of them."""
    limit_notices = _of_moment(LimitNoticeReads)
    """Notices that counts have reached their limits."""
    external_ids = _of_moment(ExternalIdReads)
    """How other systems name our records."""
    legal_holds = _of_moment(LegalHoldReads)
    """Who must not be erased."""
    hierarchy = _of_moment(HierarchyReads)
    """Parents and subsidiaries."""
    criticality = _of_moment(CriticalityReads)
    """How much depends on us."""
    cases = _of_moment(CaseReads)
    """What customers have raised."""
    advice = _of_moment(AdviceReads)
    """Risks that we see, what we recommend, and what was decided."""
    care = _of_moment(CareReads)
    """What came of dated promises."""
    components = _of_moment(ComponentReads)
    """The parts that the status page names."""
    imported_cases = _of_moment(ImportedCaseReads)
    """What is kept of cases from another desk."""
    imports = _of_moment(ImportReads)
    """Files that wait to be imported, and what became of them."""
    call_ins = _of_moment(CallInReads)
    """Who was called in to cases."""
    subject_leads = _of_moment(SubjectLeadsReads)
    """Who leads what."""
    mentions = _of_moment(MentionReads)
    """Mentions of promises that somebody looked at."""
    performance = _of_moment(PerformanceReads)
    """What the public was told of each month."""
    shortages = _of_moment(ShortageReads)
    """What was lacking of people, of which the leads were told."""
    problems = _of_moment(ProblemReads)
    """What causes several cases."""
    health_reports = _of_moment(HealthReportReads)
    """How promises were kept, as it was reported."""
    incidents = _of_moment(IncidentReads)
    """Disruptions and planned maintenance."""
    articles = _of_moment(ArticleReads)
    """What was written once, to be read again."""
    knowledge_use = _of_moment(KnowledgeUseReads)
    """What articles and notes were used for, and what was missed."""
    search = _of_moment(SearchReads)
    """What is found by its words."""
    accelerated_responses = _of_moment(AcceleratedResponseReads)
    """What is owed beside money after missed commitments."""
    notices = _of_moment(NoticeReads)
    """Who was told of which climb of a case."""
    notice_choices = _of_moment(NoticeChoiceReads)
    """How our own people want to be written to, and what waits for their digests."""
    guides = _of_moment(GuideReads)
    """Playbooks and scripts, and what was done by them."""
    participants = _of_moment(ParticipantReads)
    """Who else takes part in cases."""
    links = _of_moment(LinkReads)
    """Which cases go together."""
    macros = _of_moment(MacroReads)
    """Words that are used again."""
    saved_views = _of_moment(SavedViewReads)
    """Which cases somebody wants to see again."""
    presence = _of_moment(PresenceReads)
    """Who looks at a case right now."""
    suggestions = _of_moment(SuggestionReads)
    """What is alike and solved, with what was said of it."""
    effort = _of_moment(EffortReads)
    """What cases took, when they come back, and how they were found."""
    routing = _of_moment(RoutingReads)
    """Who works on cases, and who has which."""
    post_mortems = _of_moment(PostMortemReads)
    """What is written once a case has ended."""
    triage = _of_moment(TriageReads)
    """How severities were found and disputed."""
    consents = _of_moment(ConsentReads)
    """What may be done with personal data."""
    contacts = _of_moment(ContactReads)
    """People at accounts."""
    due_work = _of_moment(DueWorkReads)
    """Rows to be done once their time has come."""
    outbox = _of_moment(OutboxReads)
    """The sealed journal, for those who publish it."""
    letters = _of_moment(LetterReads)
    """Letters to people."""
    mails = _of_moment(MailReads)
    """Mails that came."""
    sent_mails = _of_moment(SentMailReads)
    """Mails that go out of cases."""
    attachments = _of_moment(AttachmentReads)
    """Files in cases."""
    blocks = _of_moment(BlockedSenderReads)
    """Senders whose mail is held back."""
    file_scans = _of_moment(FileScanReads)
    """Which files were looked at for malware."""
    mailboxes = _of_moment(MailboxReads)
    """Mailboxes that mail is fetched from."""
    chats = _of_moment(ChatReads)
    """Who is there, and threads of other tools."""
    masks = _of_moment(MaskReads)
    """What was taken out of texts."""
    webhooks = _of_moment(WebhookReads)
    """Programs that are told what happens."""
    users = _of_moment(UserReads)
    """Logins."""
    tokens = _of_moment(TokenReads)
    """What programs show."""
    sessions = _of_moment(SessionReads)
    """Signed-in browsers, and tries to sign in."""
    passkeys = _of_moment(PasskeyReads)
    """Keys that people sign in with."""
    invitations = _of_moment(InvitationReads)
    """Invitations and password resets."""
    partner_access = _of_moment(PartnerAccessReads)
    """Which account lets which partner in."""
    meters = _of_moment(MeterReads)
    """What counts usage."""
    usage_recount = _of_moment(UsageRecountReads)
    """Raw events, to count them anew."""
    reader_languages = _of_moment(ReaderLanguageReads)
    """What people want to read us in."""
    idempotency = _of_moment(IdempotencyReads)
    """Keys that clients gave their requests."""

    def __init__(self, snapshot: Snapshot, known: KnownTerms) -> None:
        self.snapshot = snapshot
        self.accounts = AccountReads(snapshot)
        self.catalogs = CatalogReads(snapshot)
        self.contracts = ContractReads(snapshot, known)
        self.reservations = ReservationReads(snapshot)
        self.usage = UsageReads(snapshot)


class Records:
    """The records inside of one unit of work, to read and to write."""

    people = _of_unit(PeopleRecords)
    identities = _of_unit(IdentityRecords)
    limit_notices = _of_unit(LimitNoticeRecords)
    external_ids = _of_unit(ExternalIdRecords)
    legal_holds = _of_unit(LegalHoldRecords)
    hierarchy = _of_unit(HierarchyRecords)
    criticality = _of_unit(CriticalityRecords)
    cases = _of_unit(CaseRecords)
    advice = _of_unit(AdviceRecords)
    care = _of_unit(CareRecords)
    components = _of_unit(ComponentRecords)
    imported_cases = _of_unit(ImportedCaseRecords)
    imports = _of_unit(ImportRecords)
    call_ins = _of_unit(CallInRecords)
    subject_leads = _of_unit(SubjectLeadsRecords)
    mentions = _of_unit(MentionRecords)
    performance = _of_unit(PerformanceRecords)
    shortages = _of_unit(ShortageRecords)
    problems = _of_unit(ProblemRecords)
    health_reports = _of_unit(HealthReportRecords)
    incidents = _of_unit(IncidentRecords)
    articles = _of_unit(ArticleRecords)
    knowledge_use = _of_unit(KnowledgeUseRecords)
    search = _of_unit(SearchRecords)
    accelerated_responses = _of_unit(AcceleratedResponseRecords)
    notices = _of_unit(NoticeRecords)
    notice_choices = _of_unit(NoticeChoiceRecords)
    guides = _of_unit(GuideRecords)
    participants = _of_unit(ParticipantRecords)
    links = _of_unit(LinkRecords)
    macros = _of_unit(MacroRecords)
    saved_views = _of_unit(SavedViewRecords)
    presence = _of_unit(PresenceRecords)
    suggestions = _of_unit(SuggestionReads)
    effort = _of_unit(EffortRecords)
    routing = _of_unit(RoutingRecords)
    post_mortems = _of_unit(PostMortemRecords)
    triage = _of_unit(TriageRecords)
    consents = _of_unit(ConsentRecords)
    contacts = _of_unit(ContactRecords)
    due_work = _of_unit(DueWorkRecords)
    outbox = _of_unit(OutboxRecords)
    letters = _of_unit(LetterRecords)
    mails = _of_unit(MailRecords)
    sent_mails = _of_unit(SentMailRecords)
    attachments = _of_unit(AttachmentRecords)
    blocks = _of_unit(BlockedSenderRecords)
    file_scans = _of_unit(FileScanRecords)
    mailboxes = _of_unit(MailboxRecords)
    chats = _of_unit(ChatRecords)
    masks = _of_unit(MaskRecords)
    webhooks = _of_unit(WebhookRecords)
    users = _of_unit(UserRecords)
    tokens = _of_unit(TokenRecords)
    sessions = _of_unit(SessionRecords)
    passkeys = _of_unit(PasskeyRecords)
    invitations = _of_unit(InvitationRecords)
    partner_access = _of_unit(PartnerAccessRecords)
    meters = _of_unit(MeterRecords)
    usage_quality = _of_unit(UsageQualityRecords)
    usage_recount = _of_unit(UsageRecountRecords)
    reader_languages = _of_unit(ReaderLanguageRecords)
    idempotency = _of_unit(IdempotencyRecords)

    def __init__(self, unit: UnitOfWork, known: KnownTerms) -> None:
        self.unit = unit
        self.snapshot: Snapshot = unit
        self.accounts = AccountRecords(unit)
        self.catalogs = CatalogRecords(unit)
        self.contracts = ContractRecords(unit, known)
        self.reservations = ReservationRecords(unit)
        self.usage = CountedUsage(unit)
        self.afterwards: list[Callable[[], None]] = []
        """What this process learns from the unit, once it is durable."""

    @property
    def changed_access(self) -> bool:
        """Whether somebody may do less, or other things, or reads another language, after this
        unit."""
        return (
            self.tokens.has_revoked
            or self.sessions.has_ended
            or self.users.has_changed
            or self.partner_access.has_changed
            or self.reader_languages.has_changed
        )

    @property
    def changed_accounts(self) -> frozenset[str]:
        """Accounts whose entitlements may have changed in this unit."""
        return frozenset(self.contracts.changed_accounts | self.accounts.changed)

    @property
    def changed_hierarchy(self) -> bool:
        """Whether an account may have other things from its parent after this unit."""
        return self.hierarchy.has_changed or self.accounts.has_changed

    @property
    def changed_identities(self) -> bool:
        """Whether other accounts answer for somebody after this unit."""
        return self.identities.has_changed

    @property
    def changed_counts(self) -> frozenset[tuple[str, str]]:
        """Accounts and features of which the count may have changed in this unit."""
        return frozenset(self.reservations.changed | self.usage.changed)

    @property
    def changed_people(self) -> frozenset[str]:
        """Accounts whose contacts may have changed in this unit."""
        return frozenset(self.contacts.changed_accounts)

    @property
    def has_new_catalog(self) -> bool:
        """Whether a catalog version was published in this unit."""
        return self.catalogs.has_published

    def append(self, facts: Iterable[Fact]) -> None:
        """Write facts into the journal."""
        journal.append(self.unit, facts)
