//! The four parties of the day, the people of each, and what each has to do with which voucher.

use yinxin::store::{Role, StoreRole};
use yinxin::voucher::Layer;

/// A party of the day: a store, a key set, a trust folder, a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    Finance,
    CentralBank,
    Bank,
    Unit,
}

/// Somebody, or something, in a party that has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Post {
    Maker,
    Reviewer,
    /// Holds the office's seal; the store keeps the key and uses it under an authorization.
    Office,
    /// Holds the second seal: of the head, or for clearing.
    Head,
    Teller,
    Sender,
    Clerk,
    Archivist,
    /// Signs packets and their receipts.
    Packets,
    /// What packets for the party are encrypted for.
    Mailbox,
    /// Signs the checkpoints of the log: no key of the store's own.
    Log,
}

impl Who {
    pub const ALL: [Who; 4] = [Who::Finance, Who::CentralBank, Who::Bank, Who::Unit];

    /// Whose store it is.
    pub fn role(self) -> StoreRole {
        match self {
            Who::Finance => StoreRole::Finance,
            Who::CentralBank => StoreRole::CentralBank,
            Who::Bank => StoreRole::Bank,
            Who::Unit => StoreRole::Unit,
        }
    }

    /// The name of its folder, and its partners' name for it.
    pub fn name(self) -> &'static str {
        self.role().name()
    }

    /// The party of this name.
    pub fn from_name(name: &str) -> Option<Who> {
        Who::ALL.into_iter().find(|who| who.name() == name)
    }

    /// The office, as the legs name it.
    pub fn org(self) -> &'static str {
        match self {
            Who::Finance => "011",
            Who::CentralBank => "001",
            Who::Bank => "102",
            Who::Unit => "101001",
        }
    }

    /// What its seals show.
    pub fn title(self) -> &'static str {
        match self {
            Who::Finance => "示例市财政局",
            Who::CentralBank => "国家金库示例市中心支库",
            Who::Bank => "某某银行示例分行",
            Who::Unit => "示例市第1中学",
        }
    }

    /// With whom it exchanges packets.
    pub fn partners(self) -> &'static [Who] {
        match self {
            Who::Finance => &[Who::CentralBank, Who::Bank],
            Who::CentralBank => &[Who::Finance, Who::Bank],
            Who::Bank => &[Who::Finance, Who::CentralBank, Who::Unit],
            Who::Unit => &[Who::Bank],
        }
    }

    /// The documents that it acts on: the types that it issues, and those that it answers.
    pub fn documents(self) -> &'static [(&'static str, Layer)] {
        use Layer::{Issuer, Responder};
        match self {
            Who::Finance => &[
                ("5106", Issuer),
                ("5108", Issuer),
                ("5201", Issuer),
                ("8207", Issuer),
                ("2203", Responder),
            ],
            Who::CentralBank => &[
                ("5106", Responder),
                ("5108", Responder),
                ("2301", Responder),
                ("2302", Responder),
            ],
            Who::Bank => &[
                ("5201", Responder),
                ("8202", Responder),
                ("8207", Responder),
                ("2203", Issuer),
                ("2301", Issuer),
                ("2302", Issuer),
            ],
            Who::Unit => &[("8202", Issuer)],
        }
    }
}

impl Post {
    pub const ALL: [Post; 11] = [
        Post::Maker,
        Post::Reviewer,
        Post::Office,
        Post::Head,
        Post::Teller,
        Post::Sender,
        Post::Clerk,
        Post::Archivist,
        Post::Packets,
        Post::Mailbox,
        Post::Log,
    ];

    /// The name of its files.
    pub fn name(self) -> &'static str {
        match self {
            Post::Office => "office",
            Post::Head => "head",
            Post::Packets => "packets",
            Post::Mailbox => "mailbox",
            Post::Log => "log",
            other => other.role().map_or("", Role::name),
        }
    }

    /// What the person may do; a key that is no person's has no role.
    pub fn role(self) -> Option<Role> {
        Some(match self {
            Post::Maker => Role::Maker,
            Post::Reviewer => Role::Reviewer,
            Post::Office | Post::Head => Role::Sealer,
            Post::Teller => Role::Teller,
            Post::Sender => Role::Sender,
            Post::Clerk => Role::Clerk,
            Post::Archivist => Role::Archivist,
            Post::Packets | Post::Mailbox | Post::Log => return None,
        })
    }

    /// Who acts at a position. The bank has a seal for its business and one for clearing.
    pub fn at(position: &str, role: &str) -> Post {
        match (position, role) {
            ("yh_qsz", _) | (_, "head") => Post::Head,
            (_, "maker") => Post::Maker,
            (_, "reviewer") => Post::Reviewer,
            (_, "teller") => Post::Teller,
            _ => Post::Office,
        }
    }

    /// Whether it holds a seal.
    pub fn has_seal(self) -> bool {
        matches!(self, Post::Office | Post::Head)
    }
}
