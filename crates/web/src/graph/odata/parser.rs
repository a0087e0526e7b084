//! Reads the tokens of a `$filter` into an untyped expression by recursive descent: `or`, `and`, `not`,
//! comparisons, `in`, functions, `any`, `all` and `$count`. Every descent is counted, so nothing a caller sends can
//! exhaust the stack (reference/threats.md J2); knows no property of any resource.

use super::lexer::{Kind, Token, tokens};
use super::{QueryError, quote};

/// The longest `$filter`, in bytes.
pub(super) const LENGTH_LIMIT: usize = 8 * 1024;
/// How deep parentheses, `not` and lambdas may nest together.
pub(super) const DEPTH_LIMIT: usize = 32;
/// How many conditions and listed values one filter may have.
pub(super) const TERM_LIMIT: usize = 100;

/// Between a property and a value.
const OPERATORS: [&str; 8] = ["eq", "ne", "ge", "le", "gt", "lt", "in", "has"];

/// What a filter says, before its names and values have a meaning.
#[derive(Debug)]
pub(super) enum Expression<'t> {
    And(Box<Expression<'t>>, Box<Expression<'t>>),
    Or(Box<Expression<'t>>, Box<Expression<'t>>),
    Not(Box<Expression<'t>>),
    Compare {
        path: Path<'t>,
        operator: &'t str,
        value: Literal<'t>,
    },
    In {
        path: Path<'t>,
        values: Vec<Literal<'t>>,
    },
    Call {
        function: &'t str,
        path: Path<'t>,
        value: Literal<'t>,
    },
    /// `any`, or with `every` `all`.
    Lambda {
        path: Path<'t>,
        every: bool,
        variable: &'t str,
        body: Box<Expression<'t>>,
    },
    /// `path/$count`, compared with a number.
    Count {
        path: Path<'t>,
        operator: &'t str,
        value: Literal<'t>,
    },
}

/// A property, or a part of one: `mail`, `c/issuer`, `initiatedBy/user/id`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'t> {
    pub(super) head: &'t str,
    pub(super) tail: Option<&'t str>,
    /// A part of the tail.
    pub(super) part: Option<&'t str>,
    pub(super) position: usize,
}

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Literal<'t> {
    pub(super) form: Form<'t>,
    pub(super) position: usize,
}

/// How a value was written.
#[derive(Debug)]
pub(super) enum Form<'t> {
    /// In quotes.
    Text(String),
    /// Bare: a number, date, id, `true`, `false` or `null`.
    Bare(&'t str),
}

/// The expression `text` spells.
pub(super) fn parse(text: &str) -> Result<Expression<'_>, QueryError> {
    if text.len() > LENGTH_LIMIT {
        return Err(QueryError::bad(format!(
            "Invalid filter clause: The filter is longer than {LENGTH_LIMIT} bytes."
        )));
    }
    let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable(), depth: 0, terms: 0 };
    let expression = parser.any_of()?;
    let end = parser.next();
    if end.kind == Kind::End { Ok(expression) } else { Err(unexpected(&end)) }
}

struct Parser<'t> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token<'t>>>,
    depth: usize,
    terms: usize,
}

impl<'t> Parser<'t> {
    fn next(&mut self) -> Token<'t> {
        // The list ends in `End`; past it there is only more of the end.
        self.tokens.next().unwrap_or(Token { kind: Kind::End, position: 0 })
    }

    fn take(&mut self, kind: &Kind<'_>) -> bool {
        self.tokens.next_if(|token| token.kind == *kind).is_some()
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.tokens
            .next_if(|token| matches!(token.kind, Kind::Word(found) if found.eq_ignore_ascii_case(word)))
            .is_some()
    }

    fn expect(&mut self, kind: &Kind<'_>) -> Result<(), QueryError> {
        let token = self.next();
        if token.kind == *kind { Ok(()) } else { Err(unexpected(&token)) }
    }

    fn word(&mut self) -> Result<(&'t str, usize), QueryError> {
        let token = self.next();
        match token.kind {
            Kind::Word(word) => Ok((word, token.position)),
            _ => Err(unexpected(&token)),
        }
    }

    /// Runs `inner` one level deeper.
    fn deeper<T>(
        &mut self,
        position: usize,
        inner: impl FnOnce(&mut Self) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        if self.depth == DEPTH_LIMIT {
            return Err(QueryError::filter(
                format_args!("The filter nests deeper than {DEPTH_LIMIT} levels."),
                position,
            ));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn count_term(&mut self, position: usize) -> Result<(), QueryError> {
        self.terms += 1;
        if self.terms > TERM_LIMIT {
            return Err(QueryError::filter(
                format_args!("The filter has more than {TERM_LIMIT} conditions and values."),
                position,
            ));
        }
        Ok(())
    }

    /// What reads the elements of everybody, because no index finds them, counts for ten.
    fn count_much(&mut self, position: usize) -> Result<(), QueryError> {
        (1..10).try_for_each(|_| self.count_term(position))
    }

    fn any_of(&mut self) -> Result<Expression<'t>, QueryError> {
        let mut left = self.all_of()?;
        while self.take_word("or") {
            left = Expression::Or(Box::new(left), Box::new(self.all_of()?));
        }
        Ok(left)
    }

    fn all_of(&mut self) -> Result<Expression<'t>, QueryError> {
        let mut left = self.one()?;
        while self.take_word("and") {
            left = Expression::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Expression<'t>, QueryError> {
        let token = self.next();
        match token.kind {
            Kind::Open => self.deeper(token.position, |parser| {
                let inside = parser.any_of()?;
                parser.expect(&Kind::Close)?;
                Ok(inside)
            }),
            Kind::Word(word) if word.eq_ignore_ascii_case("not") => {
                self.deeper(token.position, |parser| Ok(Expression::Not(Box::new(parser.one()?))))
            }
            Kind::Word(word) => {
                self.count_term(token.position)?;
                if self.take(&Kind::Open) {
                    let call = self.call(word, token.position)?;
                    self.truth_of(call)
                } else {
                    self.condition(word, token.position)
                }
            }
            _ => Err(unexpected(&token)),
        }
    }

    /// `startsWith(property,'value')`, after its opening parenthesis.
    fn call(&mut self, function: &'t str, position: usize) -> Result<Expression<'t>, QueryError> {
        let known = ["startsWith", "endsWith", "contains"];
        let Some(function) = known.into_iter().find(|name| name.eq_ignore_ascii_case(function)) else {
            let shown = quote(function);
            return Err(QueryError::filter(
                format_args!("An unknown function with name '{shown}' was found."),
                position,
            ));
        };
        let (head, at) = self.word()?;
        let path = self.path(head, at)?;
        self.expect(&Kind::Comma)?;
        let value = self.literal()?;
        self.expect(&Kind::Close)?;
        Ok(Expression::Call { function, path, value })
    }

    /// A call or lambda may be compared with `true` or `false`, as in `startsWith(mail,'x') eq true`.
    fn truth_of(&mut self, expression: Expression<'t>) -> Result<Expression<'t>, QueryError> {
        if !self.take_word("eq") {
            return Ok(expression);
        }
        let (word, position) = self.word()?;
        if word.eq_ignore_ascii_case("true") {
            Ok(expression)
        } else if word.eq_ignore_ascii_case("false") {
            Ok(Expression::Not(Box::new(expression)))
        } else {
            Err(QueryError::filter("A function can only be compared with true or false.", position))
        }
    }

    /// A comparison, `in` list or lambda on the property that begins with `head`.
    fn condition(&mut self, head: &'t str, position: usize) -> Result<Expression<'t>, QueryError> {
        let path = self.path(head, position)?;
        // What stands last is a word of the language where the language has one there.
        let (owner, last) = match path {
            Path { part: Some(part), .. } => (Path { part: None, ..path }, Some(part)),
            Path { tail: Some(tail), .. } => (Path { tail: None, ..path }, Some(tail)),
            _ => (path, None),
        };
        let quantifier =
            last.filter(|word| ["any", "all"].iter().any(|name| name.eq_ignore_ascii_case(word)));
        if let Some(word) = quantifier
            && self.take(&Kind::Open)
        {
            let every = word.eq_ignore_ascii_case("all");
            if every {
                self.count_much(position)?;
            }
            let lambda = self.lambda(owner, every)?;
            return self.truth_of(lambda);
        }
        let (operator, at) = self.word()?;
        let known = OPERATORS.into_iter().find(|name| name.eq_ignore_ascii_case(operator));
        match known {
            Some("in") => Ok(Expression::In { path, values: self.list()? }),
            Some(operator) => {
                let value = self.literal()?;
                match last {
                    Some(last) if last.eq_ignore_ascii_case("$count") => {
                        self.count_much(position)?;
                        Ok(Expression::Count { path: owner, operator, value })
                    }
                    _ => Ok(Expression::Compare { path, operator, value }),
                }
            }
            None => {
                let shown = quote(operator);
                Err(QueryError::filter(
                    format_args!("Syntax error: '{shown}' at position {at} is not an operator."),
                    at,
                ))
            }
        }
    }

    /// `variable: condition)`, after the opening parenthesis.
    fn lambda(&mut self, path: Path<'t>, every: bool) -> Result<Expression<'t>, QueryError> {
        self.deeper(path.position, |parser| {
            let (variable, _) = parser.word()?;
            parser.expect(&Kind::Colon)?;
            let body = Box::new(parser.any_of()?);
            parser.expect(&Kind::Close)?;
            Ok(Expression::Lambda { path, every, variable, body })
        })
    }

    fn path(&mut self, head: &'t str, position: usize) -> Result<Path<'t>, QueryError> {
        let tail = if self.take(&Kind::Slash) { Some(self.word()?.0) } else { None };
        let part = if tail.is_some() && self.take(&Kind::Slash) { Some(self.word()?.0) } else { None };
        Ok(Path { head, tail, part, position })
    }

    fn list(&mut self) -> Result<Vec<Literal<'t>>, QueryError> {
        self.expect(&Kind::Open)?;
        let mut values = vec![self.literal()?];
        while self.take(&Kind::Comma) {
            let value = self.literal()?;
            self.count_term(value.position)?;
            values.push(value);
        }
        self.expect(&Kind::Close)?;
        Ok(values)
    }

    fn literal(&mut self) -> Result<Literal<'t>, QueryError> {
        let token = self.next();
        let form = match token.kind {
            Kind::Text(text) => Form::Text(text),
            Kind::Word(word) => Form::Bare(word),
            _ => return Err(unexpected(&token)),
        };
        Ok(Literal { form, position: token.position })
    }
}

fn unexpected(token: &Token<'_>) -> QueryError {
    let position = token.position;
    let found = match &token.kind {
        Kind::Word(word) => format!("'{}'", quote(word)),
        Kind::Text(_) => "a text literal".to_owned(),
        Kind::Open => "'('".to_owned(),
        Kind::Close => "')'".to_owned(),
        Kind::Comma => "','".to_owned(),
        Kind::Colon => "':'".to_owned(),
        Kind::Slash => "'/'".to_owned(),
        Kind::End => {
            let detail = format_args!("Syntax error: the expression ends too early at position {position}.");
            return QueryError::filter(detail, position);
        }
    };
    QueryError::filter(
        format_args!("Syntax error: {found} at position {position} was not expected."),
        position,
    )
}
