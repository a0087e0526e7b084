//! How a resource declares what can be asked of it: one line per property, with the operators that work
//! in a plain request and those that need an advanced one. Refuses nothing itself; what is not declared
//! is refused by the readers of `$filter`, `$orderby` and `$select`.

use super::{Mode, QueryError, quote, relations};

/// A resource: its name on the wire, its fields and all its properties.
pub struct Resource<F: 'static> {
    /// As in `Could not find a property named 'x' on type '…'`.
    pub type_name: &'static str,
    /// What can be filtered or sorted by.
    pub fields: &'static [Field<F>],
    /// All property names, which are what `$select` may name.
    pub properties: &'static [&'static str],
}

/// One property that can be filtered or sorted by.
#[derive(Clone, Copy)]
pub struct Field<F> {
    /// As Graph spells it.
    pub name: &'static str,
    /// What it is in the query.
    pub field: F,
    /// What its values are.
    pub kind: Kind,
    /// What each operator needs, in the order of [`Operator`].
    pub operators: [Need; 8],
    /// What sorting by it needs.
    pub sort: Need,
    /// What `endsWith` needs.
    pub ends_with: Need,
    /// Whether `gt` and `lt` are offered beside `ge` and `le`.
    pub strict: bool,
    /// Whether `$search` finds it by its words; elsewhere by its beginning, if `startsWith` is offered.
    pub in_words: bool,
}

impl<F: Copy> Field<F> {
    /// With `endsWith`, which is always advanced.
    pub const fn ending(mut self) -> Self {
        self.ends_with = Need::Advanced;
        self
    }

    /// With `gt` and `lt`.
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Kept in words.
    pub const fn in_words(mut self) -> Self {
        self.in_words = true;
        self
    }
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text in quotes.
    Text,
    /// A GUID, in quotes or bare.
    Id,
    /// True or false.
    Flag,
    /// A whole number, bare.
    Number,
    /// An instant such as `2026-01-31T12:00:00Z`, bare.
    Time,
    /// A collection of text, tested with `any`.
    Texts,
    /// A collection of `objectIdentity`, tested with `any`.
    Identities,
    /// A collection of objects that are told apart by the id in the first part, tested with `any`; the others are texts.
    Records(&'static str, &'static [&'static str]),
    /// What a record of the audit log is about: objects with an id and a name, tested with `any`.
    Targets,
    /// Other objects of the directory, counted with `$count` (graph-docs: concepts/filter-query-parameter.md).
    Relation,
}

/// What an operator on a field needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It is not offered.
    Never,
    /// Nothing.
    Default,
    /// `ConsistencyLevel: eventual` and `$count=true`.
    Advanced,
}

/// The columns of the operator table (reference/user-object.md section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the operator of the same name")]
pub enum Operator {
    Eq,
    Ne,
    Not,
    Ge,
    Le,
    In,
    StartsWith,
    Null,
}

impl Operator {
    /// As a caller writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Not => "not",
            Self::Ge => "ge",
            Self::Le => "le",
            Self::In => "in",
            Self::StartsWith => "startsWith",
            Self::Null => "null",
        }
    }
}

/// One line of a resource's table. `operators` has one letter for each of `eq ne not ge le in startsWith
/// null`, `sort` is one more: `D` works by default, `A` needs an advanced query, `-` is not offered.
pub const fn field<F: Copy>(
    name: &'static str,
    field: F,
    kind: Kind,
    operators: &[u8; 8],
    sort: u8,
) -> Field<F> {
    let mut needs = [Need::Never; 8];
    let mut column = 0;
    while column < 8 {
        needs[column] = need(operators[column]);
        column += 1;
    }
    let ends_with = Need::Never;
    Field { name, field, kind, operators: needs, sort: need(sort), ends_with, strict: false, in_words: false }
}

/// Evaluated while compiling: any other letter in a table does not compile.
const fn need(letter: u8) -> Need {
    match letter {
        b'D' => Need::Default,
        b'A' => Need::Advanced,
        b'-' => Need::Never,
        _ => panic!("a table of operators has the letters D, A and - only"),
    }
}

impl Kind {
    /// Whether it is a collection.
    pub(super) fn is_collection(self) -> bool {
        matches!(self, Self::Texts | Self::Identities | Self::Records(..) | Self::Targets | Self::Relation)
    }
}

impl<F: Copy> Resource<F> {
    /// The field of that name, without regard to letter case.
    pub(super) fn field(&self, name: &str) -> Result<&'static Field<F>, QueryError> {
        if let Some(field) = self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)) {
            return Ok(field);
        }
        Err(self.known(name).map_or_else(|| self.unknown(name), |known| self.not_offered(known)))
    }

    /// The property or relation of that name, as the resource spells it.
    pub(super) fn known(&self, name: &str) -> Option<&'static str> {
        let property = self.properties.iter().find(|property| property.eq_ignore_ascii_case(name));
        property.copied().or_else(|| relations::named(name, self.type_name))
    }

    /// The resource has no such property.
    pub(super) fn unknown(&self, name: &str) -> QueryError {
        unknown_property(name, self.type_name)
    }

    /// The property exists, but cannot be filtered so: the original's words (graph-docs: concepts/aad-advanced-queries.md,
    /// "Error handling").
    pub(super) fn not_offered(&self, property: &str) -> QueryError {
        QueryError::unsupported(format!(
            "Unsupported or invalid query filter clause specified for property '{property}' of resource '{}'.",
            self.short_name()
        ))
    }

    /// The last part of the type's name, as errors of the original have it: `User`.
    pub(super) fn short_name(&self) -> String {
        let name = self.type_name.rsplit('.').next().unwrap_or_default();
        let mut letters = name.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
    }

    /// Refuses the operator where the table says so.
    pub(super) fn allow(&self, field: &Field<F>, operator: Operator, mode: Mode) -> Result<(), QueryError> {
        self.allow_as(field, field.operators[operator as usize], operator.name(), mode)
    }

    /// Refuses what is called `name` where `need` says so.
    pub(super) fn allow_as(
        &self,
        field: &Field<F>,
        need: Need,
        name: &str,
        mode: Mode,
    ) -> Result<(), QueryError> {
        match need {
            Need::Never => Err(self.not_offered(field.name)),
            Need::Advanced if mode == Mode::Default => {
                Err(needs_advanced(&format!("Operator '{name}'"), field.name))
            }
            Need::Default | Need::Advanced => Ok(()),
        }
    }
}

/// There is no such property on the type.
pub(super) fn unknown_property(name: &str, type_name: &str) -> QueryError {
    QueryError::bad(format!("Could not find a property named '{}' on type '{type_name}'.", quote(name)))
}

/// `what` is offered to advanced queries only: the original's words (graph-docs: concepts/aad-advanced-queries.md, "Error
/// handling"), and which property it is about.
fn needs_advanced(what: &str, property: &str) -> QueryError {
    QueryError::unsupported(format!(
        "{what} is not supported because the required parameters might be missing. {ADVANCED} (property '{property}')"
    ))
}

/// How a query becomes an advanced one.
pub const ADVANCED: &str = "Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to \
    https://aka.ms/graph-docs/advanced-queries for more information";
