"""Everything that is recorded, by noun: what an action is given inside of one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from tierline.kernel.facts import Fact
from tierline.store import journal
from tierline.store.accounts import AccountReads, AccountRecords
from tierline.store.articles import ArticleReads, ArticleRecords
from tierline.store.attachments import AttachmentReads, AttachmentRecords
from tierline.store.blocked_senders import BlockedSenderReads, BlockedSenderRecords
from tierline.store.care import CareReads, CareRecords
from tierline.store.case_problems import ProblemReads, ProblemRecords
from tierline.store.cases import CaseReads, CaseRecords
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
from tierline.store.post_mortems import PostMortemReads, PostMortemRecords
from tierline.store.promise_mentions import MentionReads, MentionRecords
from tierline.store.reader_languages import ReaderLanguageReads, ReaderLanguageRecords
from tierline.store.reservations import ReservationReads, ReservationRecords
from tierline.store.routing import RoutingReads, RoutingRecords
from tierline.store.search import SearchReads, SearchRecords
from tierline.store.sent_mails import SentMailReads, SentMailRecords
from tierline.store.sessions import SessionReads, SessionRecords
from tierline.store.suggestions import SuggestionReads
from tierline.store.tokens import TokenReads, TokenRecords
from tierline.store.triage import TriageReads, TriageRecords
from tierline.store.unit_of_work import Snapshot, UnitOfWork
from tierline.store.usage import UsageReads
from tierline.store.usage_counts import CountedUsage
from tierline.store.usage_recount import UsageRecountReads, UsageRecountRecords
from tierline.store.users import UserReads, UserRecords
from tierline.store.webhooks import WebhookReads, WebhookRecords


class Reads:
    """The records of one moment, to read. `known` are terms that this process keeps."""

    def __init__(self, snapshot: Snapshot, known: KnownTerms) -> None:
        self.snapshot = snapshot
        self.accounts = AccountReads(snapshot)
        self.catalogs = CatalogReads(snapshot)
        self.contracts = ContractReads(snapshot, known)
        self.reservations = ReservationReads(snapshot)
        self.usage = UsageReads(snapshot)

    @cached_property
    def people(self) -> PeopleReads:
        """Every place where a person stands."""
        return PeopleReads(self.snapshot)

    @cached_property
    def identities(self) -> IdentityReads:
        """Aliases of accounts, and merges of them."""
        return IdentityReads(self.snapshot)

    @cached_property
    def limit_notices(self) -> LimitNoticeReads:
        """Notices that counts have reached their limits."""
        return LimitNoticeReads(self.snapshot)

    @cached_property
    def external_ids(self) -> ExternalIdReads:
        """How other systems name our records."""
        return ExternalIdReads(self.snapshot)

    @cached_property
    def legal_holds(self) -> LegalHoldReads:
        """Who must not be erased."""
        return LegalHoldReads(self.snapshot)

    @cached_property
    def hierarchy(self) -> HierarchyReads:
        """Parents and subsidiaries."""
        return HierarchyReads(self.snapshot)

    @cached_property
    def criticality(self) -> CriticalityReads:
        """How much depends on us."""
        return CriticalityReads(self.snapshot)

    @cached_property
    def cases(self) -> CaseReads:
        """What customers have raised."""
        return CaseReads(self.snapshot)

    @cached_property
    def care(self) -> CareReads:
        """What came of dated promises."""
        return CareReads(self.snapshot)

    @cached_property
    def components(self) -> ComponentReads:
        """The parts that the status page names."""
        return ComponentReads(self.snapshot)

    @cached_property
    def imported_cases(self) -> ImportedCaseReads:
        """What is kept of cases from another desk."""
        return ImportedCaseReads(self.snapshot)

    @cached_property
    def imports(self) -> ImportReads:
        """Files that wait to be imported, and what became of them."""
        return ImportReads(self.snapshot)

    @cached_property
    def mentions(self) -> MentionReads:
        """Mentions of promises that somebody looked at."""
        return MentionReads(self.snapshot)

    @cached_property
    def problems(self) -> ProblemReads:
        """What causes several cases."""
        return ProblemReads(self.snapshot)

    @cached_property
    def health_reports(self) -> HealthReportReads:
        """How promises were kept, as it was reported."""
        return HealthReportReads(self.snapshot)

    @cached_property
    def incidents(self) -> IncidentReads:
        """Disruptions and planned maintenance."""
        return IncidentReads(self.snapshot)

    @cached_property
    def articles(self) -> ArticleReads:
        """What was written once, to be read again."""
        return ArticleReads(self.snapshot)

    @cached_property
    def knowledge_use(self) -> KnowledgeUseReads:
        """What articles and notes were used for, and what was missed."""
        return KnowledgeUseReads(self.snapshot)

    @cached_property
    def search(self) -> SearchReads:
        """What is found by its words."""
        return SearchReads(self.snapshot)

    @cached_property
    def notices(self) -> NoticeReads:
        """Who was told of which climb of a case."""
        return NoticeReads(self.snapshot)

    @cached_property
    def guides(self) -> GuideReads:
        """Playbooks and scripts, and what was done by them."""
        return GuideReads(self.snapshot)

    @cached_property
    def participants(self) -> ParticipantReads:
        """Who else takes part in cases."""
        return ParticipantReads(self.snapshot)

    @cached_property
    def links(self) -> LinkReads:
        """Which cases go together."""
        return LinkReads(self.snapshot)

    @cached_property
    def macros(self) -> MacroReads:
        """Words that are used again."""
        return MacroReads(self.snapshot)

    @cached_property
    def saved_views(self) -> SavedViewReads:
        """Which cases somebody wants to see again."""
        return SavedViewReads(self.snapshot)

    @cached_property
    def presence(self) -> PresenceReads:
        """Who looks at a case right now."""
        return PresenceReads(self.snapshot)

    @cached_property
    def suggestions(self) -> SuggestionReads:
        """What is alike and solved, with what was said of it."""
        return SuggestionReads(self.snapshot)

    @cached_property
    def effort(self) -> EffortReads:
        """What cases took, when they come back, and how they were found."""
        return EffortReads(self.snapshot)

    @cached_property
    def routing(self) -> RoutingReads:
        """Who works on cases, and who has which."""
        return RoutingReads(self.snapshot)

    @cached_property
    def post_mortems(self) -> PostMortemReads:
        """What is written once a case has ended."""
        return PostMortemReads(self.snapshot)

    @cached_property
    def triage(self) -> TriageReads:
        """How severities were found and disputed."""
        return TriageReads(self.snapshot)

    @cached_property
    def consents(self) -> ConsentReads:
        """What may be done with personal data."""
        return ConsentReads(self.snapshot)

    @cached_property
    def contacts(self) -> ContactReads:
        """People at accounts."""
        return ContactReads(self.snapshot)

    @cached_property
    def due_work(self) -> DueWorkReads:
        """Rows to be done once their time has come."""
        return DueWorkReads(self.snapshot)

    @cached_property
    def outbox(self) -> OutboxReads:
        """The sealed journal, for those who publish it."""
        return OutboxReads(self.snapshot)

    @cached_property
    def letters(self) -> LetterReads:
        """Letters to people."""
        return LetterReads(self.snapshot)

    @cached_property
    def mails(self) -> MailReads:
        """Mails that came."""
        return MailReads(self.snapshot)

    @cached_property
    def sent_mails(self) -> SentMailReads:
        """Mails that go out of cases."""
        return SentMailReads(self.snapshot)

    @cached_property
    def attachments(self) -> AttachmentReads:
        """Files in cases."""
        return AttachmentReads(self.snapshot)

    @cached_property
    def blocks(self) -> BlockedSenderReads:
        """Senders whose mail is held back."""
        return BlockedSenderReads(self.snapshot)

    @cached_property
    def file_scans(self) -> FileScanReads:
        """Which files were looked at for malware."""
        return FileScanReads(self.snapshot)

    @cached_property
    def mailboxes(self) -> MailboxReads:
        """Mailboxes that mail is fetched from."""
        return MailboxReads(self.snapshot)

    @cached_property
    def chats(self) -> ChatReads:
        """Who is there, and threads of other tools."""
        return ChatReads(self.snapshot)

    @cached_property
    def masks(self) -> MaskReads:
        """What was taken out of texts."""
        return MaskReads(self.snapshot)

    @cached_property
    def webhooks(self) -> WebhookReads:
        """Programs that are told what happens."""
        return WebhookReads(self.snapshot)

    @cached_property
    def users(self) -> UserReads:
        """Logins."""
        return UserReads(self.snapshot)

    @cached_property
    def tokens(self) -> TokenReads:
        """What programs show."""
        return TokenReads(self.snapshot)

    @cached_property
    def sessions(self) -> SessionReads:
        """Signed-in browsers, and tries to sign in."""
        return SessionReads(self.snapshot)

    @cached_property
    def passkeys(self) -> PasskeyReads:
        """Keys that people sign in with."""
        return PasskeyReads(self.snapshot)

    @cached_property
    def invitations(self) -> InvitationReads:
        """Invitations and password resets."""
        return InvitationReads(self.snapshot)

    @cached_property
    def partner_access(self) -> PartnerAccessReads:
        """Which account lets which partner in."""
        return PartnerAccessReads(self.snapshot)

    @cached_property
    def usage_recount(self) -> UsageRecountReads:
        """Raw events, to count them anew."""
        return UsageRecountReads(self.snapshot)

    @cached_property
    def reader_languages(self) -> ReaderLanguageReads:
        """What people want to read us in."""
        return ReaderLanguageReads(self.snapshot)

    @cached_property
    def idempotency(self) -> IdempotencyReads:
        """Keys that clients gave their requests."""
        return IdempotencyReads(self.snapshot)


class Records:
    """The records inside of one unit of work, to read and to write."""

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

    @cached_property
    def people(self) -> PeopleRecords:
        """Every place where a person stands."""
        return PeopleRecords(self.unit)

    @cached_property
    def identities(self) -> IdentityRecords:
        """Aliases of accounts, and merges of them."""
        return IdentityRecords(self.unit)

    @cached_property
    def limit_notices(self) -> LimitNoticeRecords:
        """Notices that counts have reached their limits."""
        return LimitNoticeRecords(self.unit)

    @cached_property
    def external_ids(self) -> ExternalIdRecords:
        """How other systems name our records."""
        return ExternalIdRecords(self.unit)

    @cached_property
    def legal_holds(self) -> LegalHoldRecords:
        """Who must not be erased."""
        return LegalHoldRecords(self.unit)

    @cached_property
    def hierarchy(self) -> HierarchyRecords:
        """Parents and subsidiaries."""
        return HierarchyRecords(self.unit)

    @cached_property
    def criticality(self) -> CriticalityRecords:
        """How much depends on us."""
        return CriticalityRecords(self.unit)

    @cached_property
    def cases(self) -> CaseRecords:
        """What customers have raised."""
        return CaseRecords(self.unit)

    @cached_property
    def care(self) -> CareRecords:
        """What came of dated promises."""
        return CareRecords(self.unit)

    @cached_property
    def components(self) -> ComponentRecords:
        """The parts that the status page names."""
        return ComponentRecords(self.unit)

    @cached_property
    def imported_cases(self) -> ImportedCaseRecords:
        """What is kept of cases from another desk."""
        return ImportedCaseRecords(self.unit)

    @cached_property
    def imports(self) -> ImportRecords:
        """Files that wait to be imported, and what became of them."""
        return ImportRecords(self.unit)

    @cached_property
    def mentions(self) -> MentionRecords:
        """Mentions of promises that somebody looked at."""
        return MentionRecords(self.unit)

    @cached_property
    def problems(self) -> ProblemRecords:
        """What causes several cases."""
        return ProblemRecords(self.unit)

    @cached_property
    def health_reports(self) -> HealthReportRecords:
        """How promises were kept, as it was reported."""
        return HealthReportRecords(self.unit)

    @cached_property
    def incidents(self) -> IncidentRecords:
        """Disruptions and planned maintenance."""
        return IncidentRecords(self.unit)

    @cached_property
    def articles(self) -> ArticleRecords:
        """What was written once, to be read again."""
        return ArticleRecords(self.unit)

    @cached_property
    def knowledge_use(self) -> KnowledgeUseRecords:
        """What articles and notes were used for, and what was missed."""
        return KnowledgeUseRecords(self.unit)

    @cached_property
    def search(self) -> SearchRecords:
        """What is found by its words."""
        return SearchRecords(self.unit)

    @cached_property
    def notices(self) -> NoticeRecords:
        """Who was told of which climb of a case."""
        return NoticeRecords(self.unit)

    @cached_property
    def guides(self) -> GuideRecords:
        """Playbooks and scripts, and what was done by them."""
        return GuideRecords(self.unit)

    @cached_property
    def participants(self) -> ParticipantRecords:
        """Who else takes part in cases."""
        return ParticipantRecords(self.unit)

    @cached_property
    def links(self) -> LinkRecords:
        """Which cases go together."""
        return LinkRecords(self.unit)

    @cached_property
    def macros(self) -> MacroRecords:
        """Words that are used again."""
        return MacroRecords(self.unit)

    @cached_property
    def saved_views(self) -> SavedViewRecords:
        """Which cases somebody wants to see again."""
        return SavedViewRecords(self.unit)

    @cached_property
    def presence(self) -> PresenceRecords:
        """Who looks at a case right now."""
        return PresenceRecords(self.unit)

    @cached_property
    def suggestions(self) -> SuggestionReads:
        """What is alike and solved, with what was said of it."""
        return SuggestionReads(self.unit)

    @cached_property
    def effort(self) -> EffortRecords:
        """What cases took, when they come back, and how they were found."""
        return EffortRecords(self.unit)

    @cached_property
    def routing(self) -> RoutingRecords:
        """Who works on cases, and who has which."""
        return RoutingRecords(self.unit)

    @cached_property
    def post_mortems(self) -> PostMortemRecords:
        """What is written once a case has ended."""
        return PostMortemRecords(self.unit)

    @cached_property
    def triage(self) -> TriageRecords:
        """How severities were found and disputed."""
        return TriageRecords(self.unit)

    @cached_property
    def consents(self) -> ConsentRecords:
        """What may be done with personal data."""
        return ConsentRecords(self.unit)

    @cached_property
    def contacts(self) -> ContactRecords:
        """People at accounts."""
        return ContactRecords(self.unit)

    @cached_property
    def due_work(self) -> DueWorkRecords:
        """Rows to be done once their time has come."""
        return DueWorkRecords(self.unit)

    @cached_property
    def outbox(self) -> OutboxRecords:
        """The sealed journal, for those who publish it."""
        return OutboxRecords(self.unit)

    @cached_property
    def letters(self) -> LetterRecords:
        """Letters to people."""
        return LetterRecords(self.unit)

    @cached_property
    def mails(self) -> MailRecords:
        """Mails that came."""
        return MailRecords(self.unit)

    @cached_property
    def sent_mails(self) -> SentMailRecords:
        """Mails that go out of cases."""
        return SentMailRecords(self.unit)

    @cached_property
    def attachments(self) -> AttachmentRecords:
        """Files in cases."""
        return AttachmentRecords(self.unit)

    @cached_property
    def blocks(self) -> BlockedSenderRecords:
        """Senders whose mail is held back."""
        return BlockedSenderRecords(self.unit)

    @cached_property
    def file_scans(self) -> FileScanRecords:
        """Which files were looked at for malware."""
        return FileScanRecords(self.unit)

    @cached_property
    def mailboxes(self) -> MailboxRecords:
        """Mailboxes that mail is fetched from."""
        return MailboxRecords(self.unit)

    @cached_property
    def chats(self) -> ChatRecords:
        """Who is there, and threads of other tools."""
        return ChatRecords(self.unit)

    @cached_property
    def masks(self) -> MaskRecords:
        """What was taken out of texts."""
        return MaskRecords(self.unit)

    @cached_property
    def webhooks(self) -> WebhookRecords:
        """Programs that are told what happens."""
        return WebhookRecords(self.unit)

    @cached_property
    def users(self) -> UserRecords:
        """Logins."""
        return UserRecords(self.unit)

    @cached_property
    def tokens(self) -> TokenRecords:
        """What programs show."""
        return TokenRecords(self.unit)

    @cached_property
    def sessions(self) -> SessionRecords:
        """Signed-in browsers, and tries to sign in."""
        return SessionRecords(self.unit)

    @cached_property
    def passkeys(self) -> PasskeyRecords:
        """Keys that people sign in with."""
        return PasskeyRecords(self.unit)

    @cached_property
    def invitations(self) -> InvitationRecords:
        """Invitations and password resets."""
        return InvitationRecords(self.unit)

    @cached_property
    def partner_access(self) -> PartnerAccessRecords:
        """Which account lets which partner in."""
        return PartnerAccessRecords(self.unit)

    @cached_property
    def usage_recount(self) -> UsageRecountRecords:
        """Raw events, to count them anew."""
        return UsageRecountRecords(self.unit)

    @cached_property
    def reader_languages(self) -> ReaderLanguageRecords:
        """What people want to read us in."""
        return ReaderLanguageRecords(self.unit)

    @cached_property
    def idempotency(self) -> IdempotencyRecords:
        """Keys that clients gave their requests."""
        return IdempotencyRecords(self.unit)

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
