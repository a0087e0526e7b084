//! What a partial update says about one property. Refuses to confuse "not mentioned" with "emptied".

/// One property of a `PATCH`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// Not mentioned: stays.
    #[default]
    Keep,
    /// `null`: has no value afterwards.
    Clear,
    /// Has this value afterwards.
    Set(T),
}

impl<T> Edit<T> {
    /// Whether it is mentioned at all.
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Keep)
    }

    /// The value, if there is one; for creations, where "not mentioned" and `null` mean the same.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Carries the edit out.
    pub fn apply(self, place: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *place = None,
            Self::Set(value) => *place = Some(value),
        }
    }

    /// The same edit with another kind of value.
    pub fn try_map<U, E>(self, f: impl FnOnce(T) -> Result<U, E>) -> Result<Edit<U>, E> {
        match self {
            Self::Keep => Ok(Edit::Keep),
            Self::Clear => Ok(Edit::Clear),
            Self::Set(value) => f(value).map(Edit::Set),
        }
    }
}
