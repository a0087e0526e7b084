//! Tables that fit the terminal. Refuses to shorten what has to be copied whole, such as an id; everything else gives
//! way, the widest column first.

use unicode_width::UnicodeWidthStr;

/// Between columns.
const GAP: &str = "  ";
/// No column becomes narrower than this, however narrow the terminal is.
const NARROWEST: usize = 8;

/// The head of a column.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// Its title.
    pub title: &'static str,
    /// Whether its cells are never shortened.
    pub whole: bool,
}

/// The lines of a table, titles first; `width` is the terminal's, if there is one.
pub fn lines(width: Option<usize>, heads: &[Head], rows: &[Vec<String>]) -> Vec<String> {
    let mut widths: Vec<usize> = heads.iter().map(|head| head.title.width()).collect();
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(cell.width());
        }
    }
    if let Some(width) = width {
        shrink(&mut widths, heads, width);
    }
    let titles: Vec<String> = heads.iter().map(|head| head.title.to_owned()).collect();
    std::iter::once(&titles).chain(rows).map(|row| line(row, &widths)).collect()
}

fn shrink(widths: &mut [usize], heads: &[Head], width: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    loop {
        let taken = widths.iter().sum::<usize>() + gaps;
        let elastic = |&(place, _): &(usize, usize)| heads.get(place).is_some_and(|head| !head.whole);
        let widest = widths.iter().copied().enumerate().filter(elastic).max_by_key(|&(_, width)| width);
        match widest {
            Some((place, widest)) if taken > width && widest > NARROWEST => widths[place] = widest - 1,
            _ => return,
        }
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, &width) in row.iter().zip(widths) {
        if !line.is_empty() {
            line.push_str(GAP);
        }
        let cell = shortened(cell, width);
        let missing = width.saturating_sub(cell.width());
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', missing));
    }
    line.truncate(line.trim_end().len());
    line
}

/// At most `width` columns of it, the last of which says that there is more.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        // Of the text so far, not of the character alone: some characters join.
        if short.width() + 1 > width {
            short.pop();
            break;
        }
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: [Head; 3] = [
        Head { title: "Name", whole: false },
        Head { title: "State", whole: false },
        Head { title: "Id", whole: true },
    ];

    fn row(name: &str, state: &str, id: &str) -> Vec<String> {
        [name, state, id].map(str::to_owned).to_vec()
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let rows = [row("王小明", "pending", "1"), row("Ana", "", "22")];
        assert_eq!(
            lines(None, &HEADS, &rows),
            ["Name    State    Id", "王小明  pending  1", "Ana              22"]
        );
    }

    #[test]
    fn the_widest_column_gives_way_and_ids_do_not() {
        let id = "6f44cc71-086a-46d0-aadc-cb531cdf264f";
        let rows = [row("A name that goes on for ever", "pending", id)];
        let lines = lines(Some(60), &HEADS, &rows);
        assert_eq!(lines[1], format!("A name that …  pending  {id}"));
        assert!(lines.iter().all(|line| line.width() <= 60));
    }

    #[test]
    fn a_cut_never_splits_a_wide_character() {
        assert_eq!(shortened("王小明", 5), "王小…");
        assert_eq!(shortened("王小明", 4), "王…");
        assert_eq!(shortened("王小明", 6), "王小明");
    }

    #[test]
    fn a_terminal_too_narrow_for_the_ids_still_gets_them() {
        let lines = lines(Some(5), &HEADS, &[row("Ana Lindt", "pending", "6f44cc71-086a")]);
        assert_eq!(lines[1], "Ana Lin…  pending  6f44cc71-086a");
    }
}
