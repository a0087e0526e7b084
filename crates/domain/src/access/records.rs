//! Who reads what happened: the audit log, the history of one user, the invitations and mails behind it; and who sends a
//! mail again. Refuses guests without a role, whatever the tenant lets guests see: a log names everybody.
//! Source: reference/roles-and-policies.md section 1 (Reports Reader: "sign-in and audit reports"; Security Reader: "read
//! security data"; Global Reader: "read all"); the original's documentation of `directoryAudit` adds Security
//! Administrator. User and Helpdesk Administrators are not among them: they see the history of the users they look
//! after, one at a time.

use super::reading::READ_MORE_OF_USERS;
use super::rules::{Answer, INVITE, INVITERS, need_role, need_scope};
use super::{Caller, Role, Scope};
use crate::mail::INVITATION_KINDS;
use crate::query::UserField;
use crate::refusal::Refusal;

const LOG_READERS: &[Role] = &[
    Role::ReportsReader,
    Role::SecurityReader,
    Role::SecurityAdministrator,
    Role::GlobalReader,
    Role::GlobalAdministrator,
];

/// Reading the audit log of the tenant.
pub fn may_read_audit(caller: &Caller) -> Answer {
    need_scope(caller, &[Scope::AuditLogReadAll], "Reading the audit log needs the permission for it.")?;
    need_role(caller, LOG_READERS, "The audit log is read by roles for reports and security.")
}

/// Asking for users by when they signed in last, which only the log tells.
pub fn may_ask_for_sign_ins(caller: &Caller, asked: &[UserField]) -> Answer {
    let by_sign_ins = asked.iter().any(|field| {
        matches!(
            field,
            UserField::LastSignInDateTime
                | UserField::LastNonInteractiveSignInDateTime
                | UserField::LastSuccessfulSignInDateTime
        )
    });
    if by_sign_ins { may_read_audit(caller) } else { Ok(()) }
}

/// Reading what happened to one user: for whoever administers users, resets them or reads the whole log. It takes the
/// permission of the log: one call for each user would otherwise be the log without it.
pub fn may_read_history(caller: &Caller) -> Answer {
    let scopes = [Scope::AuditLogReadAll];
    need_scope(caller, &scopes, "The history of a user needs the permission to read the audit log.")?;
    let roles = [LOG_READERS, &[Role::HelpdeskAdministrator, Role::UserAdministrator]].concat();
    need_role(
        caller,
        &roles,
        "The history of a user needs a role that administers users or reads the audit log.",
    )
}

/// Whoever may invite or reset has to see what came of it.
const SENDERS: &[Role] = &[Role::HelpdeskAdministrator];

/// Reading the invitations of one user: when, where they lead, how long they last. Their links are in no answer.
pub fn may_read_invitations(caller: &Caller) -> Answer {
    need_scope(
        caller,
        READ_MORE_OF_USERS,
        "The invitations of a user are read with a permission to read users.",
    )?;
    let roles = [INVITERS, SENDERS, &[Role::GlobalReader, Role::SecurityReader]].concat();
    need_role(
        caller,
        &roles,
        "The invitations of a user are read by roles that invite, reset or read everything.",
    )
}

/// Which mails of the outbox somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSight {
    /// Every mail.
    All,
    /// Invitations and their copies.
    Invitations,
}

impl MailSight {
    /// Passcodes and notices tell when somebody signs in and what happened to them: that is for whoever administers users or
    /// reads everything. Whoever only invites sees what invitations came to.
    fn of(caller: &Caller) -> Self {
        let all = [Role::UserAdministrator, Role::GlobalAdministrator, Role::GlobalReader];
        let all = caller.is_app() || caller.standing.has_any(&all) || caller.standing.has_any(SENDERS);
        if all { Self::All } else { Self::Invitations }
    }

    /// Whether a mail of that kind is seen.
    pub fn covers(self, kind: &str) -> bool {
        self == Self::All || INVITATION_KINDS.contains(&kind)
    }
}

/// Reading which mails wait, went out or were given up. To invite is not enough: mails name people.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub fn may_read_mails(caller: &Caller) -> Result<MailSight, Refusal> {
    need_scope(caller, READ_MORE_OF_USERS, "Reading mails needs a permission to read users.")?;
    let roles = [INVITERS, SENDERS, &[Role::GlobalReader]].concat();
    need_role(caller, &roles, "Mails are seen by roles that invite, reset or read everything.")?;
    Ok(MailSight::of(caller))
}

/// Sending a mail once more that one sees. It goes to the address it was written for, so this decides less than an
/// invitation.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub fn may_retry_mail(caller: &Caller) -> Result<MailSight, Refusal> {
    need_scope(caller, INVITE, "Sending a mail again needs a permission to invite or to write users.")?;
    let roles = [INVITERS, SENDERS].concat();
    need_role(caller, &roles, "Mails are sent again by roles that invite or reset.")?;
    Ok(MailSight::of(caller))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::UserType;
    use crate::access::rules::tests::caller;
    use crate::policy::GuestAccess;

    /// Which of log, history, invitations, mails and retry somebody may; `i` for mails of invitations alone.
    fn row(who: &Caller) -> String {
        let rules = [may_read_audit, may_read_history, may_read_invitations];
        let mails = [may_read_mails, may_retry_mail].map(|rule| match rule(who) {
            Ok(MailSight::All) => 'y',
            Ok(MailSight::Invitations) => 'i',
            Err(_) => '-',
        });
        let told = rules.iter().map(|rule| if rule(who).is_ok() { 'y' } else { '-' });
        told.chain(mails).collect()
    }

    #[test]
    fn each_role_sees_what_it_works_with() {
        let member = |role| row(&caller(Some(UserType::Member), &[role], GuestAccess::Limited));
        for (role, expected) in [
            (Role::GlobalAdministrator, "yyyyy"),
            (Role::UserAdministrator, "-yyyy"),
            (Role::HelpdeskAdministrator, "-yyyy"),
            (Role::GuestInviter, "--yii"),
            (Role::DirectoryWriters, "--yii"),
            (Role::GlobalReader, "yyyy-"),
            (Role::SecurityReader, "yyy--"),
            (Role::ReportsReader, "yy---"),
            (Role::SecurityAdministrator, "yy---"),
            (Role::GroupsAdministrator, "-----"),
            (Role::DirectoryReaders, "-----"),
        ] {
            assert_eq!(member(role), expected, "{}", role.name());
        }
    }

    #[test]
    fn e4_no_guest_reads_a_log_at_any_level_and_a_role_works_fully() {
        for level in GuestAccess::ALL {
            assert_eq!(row(&caller(Some(UserType::Guest), &[], level)), "-----");
            assert_eq!(row(&caller(Some(UserType::Guest), &[Role::GlobalReader], level)), "yyyy-");
        }
    }

    #[test]
    fn to_invite_is_not_to_read_about_everybody() {
        let mut who = caller(None, &[], GuestAccess::Limited);
        for (scope, expected) in [
            (Scope::UserInviteAll, "----y"),
            (Scope::UserReadAll, "--yy-"),
            (Scope::AuditLogReadAll, "yy---"),
            (Scope::UserReadBasicAll, "-----"),
        ] {
            who.actor.scopes = [scope].into_iter().collect();
            assert_eq!(row(&who), expected, "{}", scope.name());
        }
    }
}
