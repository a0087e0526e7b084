//! The order and the pages of a list. Refuses pages by number: a page begins behind an object, so that it stays right while
//! others come and go.

use super::{Filter, Value};
use crate::ids::ObjectId;

/// The order of a list. Ties, and lists without an order, go by object id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order<F> {
    /// What is compared.
    pub field: F,
    /// Last first.
    pub descending: bool,
}

/// What a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<F> {
    /// Only what passes this.
    pub filter: Option<Filter<F>>,
    /// In this order, else by object id.
    pub order: Option<Order<F>>,
    /// Which part of it.
    pub page: Page,
}

impl<F: Copy> List<F> {
    /// Every field that is looked at, to pick or to sort.
    pub fn fields(&self) -> Vec<F> {
        let mut fields = self.filter.as_ref().map(Filter::fields).unwrap_or_default();
        fields.extend(self.order.map(|order| order.field));
        fields
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many objects at most: 1 to 1000.
    pub top: u16,
    /// Where the page before ended; none for the first page.
    pub after: Option<After>,
}

/// The key of the last object of a page: the next page begins right behind it, whatever was added or
/// deleted meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The sort key the store compared by, if the list has an order: folded text, an instant, or null.
    pub key: Option<Value>,
    /// The object, which settles ties.
    pub id: ObjectId,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The objects, in order.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last one.
    pub next: Option<After>,
    /// How many objects match on all pages, if that was asked.
    pub count: Option<i64>,
}
