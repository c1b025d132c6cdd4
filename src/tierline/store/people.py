"""Every place where a person stands, to be told or to be cleared: the list for data rights.

A new table with a name, an address or a phone number belongs in this file too; a test looks for the
erased person in every byte of the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.accounts.contact import Contact
from tierline.store.advice import ADVICE_TABLES, AdviceReads, AdviceRecords
from tierline.store.articles import ArticleReads, ArticleRecords, article_version_table
from tierline.store.care import CareReads, CareRecords, care_event_table
from tierline.store.case_problems import (
    ProblemReads,
    ProblemRecords,
    problem_table,
    problem_update_table,
)
from tierline.store.case_records import CaseRecords
from tierline.store.cases import CaseReads, case_message_table, case_table
from tierline.store.columns import Instant
from tierline.store.consents import consent_event_table
from tierline.store.contacts import contact_table
from tierline.store.contracts import contract_table
from tierline.store.effort import EFFORT_TABLES, EffortReads, EffortRecords
from tierline.store.evidence import erase_evidence, evidence_of_accounts, evidence_table
from tierline.store.external_ids import external_id_table
from tierline.store.idempotency import IdempotencyRecords, idempotency_key_table
from tierline.store.identities import (
    account_merge_table,
    identity_link_table,
    identity_review_table,
)
from tierline.store.imported_cases import (
    ImportedCaseReads,
    ImportedCaseRecords,
    imported_case_table,
)
from tierline.store.imports import (
    ImportRecords,
    kept_import_piece_table,
    kept_import_table,
)
from tierline.store.invitations import invitation_table
from tierline.store.knowledge_use import KnowledgeUseRecords, search_gap_table
from tierline.store.letters import letter_table
from tierline.store.linkage_names import clear_linkage, texts_of_linkage
from tierline.store.mail_people import MAIL_TABLES, erase_mails, texts_of_mails
from tierline.store.masks import MaskReads, MaskRecords, case_mask_table
from tierline.store.participants import ParticipantRecords, case_copy_table
from tierline.store.passkeys import passkey_table
from tierline.store.post_mortem_people import (
    POST_MORTEM_TABLES,
    erase_post_mortems,
    texts_of_post_mortems,
)
from tierline.store.promise_mentions import (
    MentionReads,
    MentionRecords,
    dismissed_mention_table,
)
from tierline.store.reader_languages import ReaderLanguageRecords, reader_language_table
from tierline.store.search import search_document_table
from tierline.store.triage import (
    TriageReads,
    TriageRecords,
    case_triage_table,
    severity_dispute_table,
)
from tierline.store.unit_of_work import Snapshot, UnitOfWork
from tierline.store.users import sign_in_identity_table, user_table

ERASED = "erased"
TABLES = tuple(
    sorted(
        table.name
        for table in (
            account_merge_table,
            article_version_table,
            care_event_table,
            case_mask_table,
            case_copy_table,
            case_message_table,
            case_table,
            case_triage_table,
            contact_table,
            contract_table,
            dismissed_mention_table,
            evidence_table,
            external_id_table,
            idempotency_key_table,
            identity_link_table,
            identity_review_table,
            imported_case_table,
            invitation_table,
            kept_import_piece_table,
            kept_import_table,
            letter_table,
            passkey_table,
            problem_table,
            problem_update_table,
            reader_language_table,
            search_document_table,
            search_gap_table,
            severity_dispute_table,
            sign_in_identity_table,
            user_table,
            *ADVICE_TABLES,
            *EFFORT_TABLES,
            *MAIL_TABLES,
            *POST_MORTEM_TABLES,
        )
    )
)
"""The tables in which people stand."""
_user, _identity = user_table.c, sign_in_identity_table.c
_invitation, _external = invitation_table.c, external_id_table.c
_CLEAR_LOGIN = (
    user_table.update()
    .where(_user.id == sa.bindparam("user"))
    .values(
        email=sa.bindparam("new_email"),
        name=sa.bindparam("new_name"),
        password_hash=sa.null(),
        second_factor=sa.null(),
    )
)
_FORGET_IDENTITIES = sign_in_identity_table.delete().where(
    _identity.user_id == sa.bindparam("user")
)
_CLEAR_INVITATIONS = (
    invitation_table.update()
    .where(
        _invitation.email == sa.bindparam("address"),
        _invitation.account_id == sa.bindparam("account"),
    )
    .values(
        email=sa.bindparam("new_email"),
        ended_at=sa.func.coalesce(_invitation.ended_at, sa.bindparam("new_end", type_=Instant)),
    )
)
_FORGET_PASSKEYS = passkey_table.delete().where(passkey_table.c.user_id == sa.bindparam("user"))
_FORGET_LETTERS = letter_table.delete().where(letter_table.c.email == sa.bindparam("address"))
_FORGET_EXTERNAL = external_id_table.delete().where(_external.record_id == sa.bindparam("record"))


class PeopleReads:
    """Reads of everything about somebody."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def logins_of(self, contacts: Sequence[Contact]) -> dict[str, str]:
        """The users who sign in with the address of a contact, at the same account: by contact."""
        addresses = {
            (each.person.email, each.account): each.id
            for each in contacts
            if each.person is not None and each.person.email is not None
        }
        chosen = sa.select(_user.id, _user.email, _user.account_id).where(
            _user.email.in_(sorted({email for email, _ in addresses}))
        )
        rows = self._snapshot.execute(chosen)
        return {
            addresses[row.email, row.account_id]: row.id
            for row in rows
            if (row.email, row.account_id) in addresses
        }

    def external_ids_of(self, contact: str) -> tuple[str, ...]:
        """What other systems call a contact."""
        chosen = sa.select(_external.external_id).where(_external.record_id == contact)
        return tuple(self._snapshot.execute(chosen.order_by(_external.external_id)).scalars())

    def texts_naming(self, contact: Contact) -> tuple[str, ...]:
        """Evidence of the account in which the contact is named, and what outside systems and
        exceptions of contracts say of them."""
        words = [word.lower() for word in (contact.person.identifiers() if contact.person else ())]
        texts = evidence_of_accounts(self._snapshot, [contact.account])
        named = [
            text
            for _, (_, text) in sorted(texts.items())
            if any(word in text.lower() for word in words)
        ]
        cases = CaseReads(self._snapshot).texts_naming(contact.account, {contact.id}, words)
        told = [each.text for each in cases]
        told += TriageReads(self._snapshot).texts_naming(contact.account, words)
        told += MaskReads(self._snapshot).texts_naming(contact.account, words)
        told += ArticleReads(self._snapshot).texts_naming(words)
        told += ProblemReads(self._snapshot).texts_naming(words)
        told += MentionReads(self._snapshot).texts_naming(words)
        told += texts_of_post_mortems(self._snapshot, contact.account, words)
        effort = EffortReads(self._snapshot)
        told += [text for *_, text in effort.texts_naming(contact.account, {contact.id}, words)]
        care = CareReads(self._snapshot).texts_naming(contact.account, words)
        told += [row["text"] for row in care]
        told += AdviceReads(self._snapshot).texts_naming(contact.account, words)
        imported = ImportedCaseReads(self._snapshot).naming(contact.account, {contact.id}, words)
        told += imported.values()
        mails = texts_of_mails(self._snapshot, contact.account, contact.person, words)
        return (*named, *texts_of_linkage(self._snapshot, contact.account, words), *told, *mails)


class PeopleRecords(PeopleReads):
    """The same inside of a unit of work, to erase."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def erase(self, before: Sequence[Contact], *, at: datetime) -> None:
        """Clear every place but the contacts themselves where their persons stand."""
        logins = self.logins_of(before)
        self._erase_logins(logins)
        self._erase_invitations(before, at)
        self._erase_letters(before)
        self._unit.write(_FORGET_EXTERNAL, [{"record": each.id} for each in before])
        words: dict[str, list[str]] = {}
        for each in before:
            words.setdefault(each.account, []).extend(
                each.person.identifiers() if each.person else ()
            )
        answers = IdempotencyRecords(self._unit)
        answers.forget_answers({id_ for each in before for id_ in (each.id, each.account)})
        erase_evidence(self._unit, about=self._statements_of(before), words=words)
        clear_linkage(self._unit, words)
        of_all = {each for identifiers in words.values() for each in identifiers}
        KnowledgeUseRecords(self._unit).forget(of_all)
        ArticleRecords(self._unit).erase_people(of_all, ERASED)
        ImportRecords(self._unit).erase_people()
        ProblemRecords(self._unit).erase_people(sorted(of_all))
        MentionRecords(self._unit).erase_people(sorted(of_all))
        cases = CaseRecords(self._unit)
        for account, named in words.items():
            theirs = {each.id for each in before if each.account == account}
            erase_mails(self._unit, account, theirs, named, ERASED)
            cases.erase_people(account, theirs, named, ERASED)
            ParticipantRecords(self._unit).erase_people(account, named)
            EffortRecords(self._unit).erase_people(account, theirs, named, ERASED)
            ImportedCaseRecords(self._unit).erase_people(account, theirs, named)
            TriageRecords(self._unit).erase_people(account, named)
            MaskRecords(self._unit).erase_people(account, named)
            erase_post_mortems(self._unit, account, named)
            CareRecords(self._unit).erase_people(account, named, ERASED)
            AdviceRecords(self._unit).erase_people(account, named)

    def _erase_logins(self, logins: Mapping[str, str]) -> None:
        for statement in (_FORGET_IDENTITIES, _FORGET_PASSKEYS):
            self._unit.write(statement, [{"user": user} for user in logins.values()])
        self._unit.write(
            _CLEAR_LOGIN,
            [
                {"user": user, "new_email": f"{ERASED}-{user}", "new_name": ERASED}
                for user in logins.values()
            ],
        )

    def _erase_invitations(self, before: Sequence[Contact], at: datetime) -> None:
        self._unit.write(
            _CLEAR_INVITATIONS,
            [
                {
                    "address": each.person.email,
                    "account": each.account,
                    "new_email": ERASED,
                    "new_end": at,
                }
                for each in before
                if each.person is not None and each.person.email is not None
            ],
        )

    def _erase_letters(self, before: Sequence[Contact]) -> None:
        people = [each.person for each in before if each.person is not None]
        addresses = {each.email for each in people if each.email is not None}
        ReaderLanguageRecords(self._unit).erase(addresses)
        self._unit.write(_FORGET_LETTERS, [{"address": each} for each in sorted(addresses)])

    def _statements_of(self, contacts: Sequence[Contact]) -> list[str]:
        event = consent_event_table.c
        chosen = sa.select(event.id).where(
            event.account_id.in_(sorted({each.account for each in contacts})),
            event.subject.in_([each.id for each in contacts]),
        )
        return list(self._unit.execute(chosen).scalars())
