//! The rounds: limit and operation right after each other, in turn first, again and again, so that whatever else the
//! machine does hits both. Refuses to keep a figure of one round alone: the spread is part of it.

use std::time::Duration;

use super::error::BenchError;
use super::figures::{Figure, Goal, Spread, percentile};
use super::load::{self, Cell};
use super::measures::Group;
use super::operations::{CLIENTS, Operation, PACED, PERCENTILES};
use super::options::Engine;

/// The part of the reached throughput at which latency is measured.
const PACE: f64 = 0.5;

/// What one measure yielded, one value a round.
#[derive(Default)]
struct Seen {
    /// For each number of clients: rate, limit, ratio.
    rates: [[Vec<f64>; 3]; CLIENTS.len()],
    /// Milliseconds, for each percentile.
    paced: [Vec<f64>; PERCENTILES.len()],
    /// Microseconds, the median of a single client, and of the limit's.
    alone: [Vec<f64>; 2],
}

/// Runs all rounds; `told` hears of each.
pub fn run(
    groups: &[Group],
    engine: Engine,
    rounds: usize,
    time: Duration,
    mut told: impl FnMut(usize),
) -> Result<Vec<Figure>, BenchError> {
    let mut seen: Vec<Vec<Seen>> =
        groups.iter().map(|group| group.measures.iter().map(|_| Seen::default()).collect()).collect();
    for round in 0..rounds {
        told(round + 1);
        for (group, seen) in groups.iter().zip(&mut seen) {
            for (place, clients) in CLIENTS.into_iter().enumerate() {
                throughput(group, seen, (place, clients), round, time)?;
            }
            paced(group, seen, time)?;
        }
    }
    let operations = groups.iter().flat_map(|group| group.measures.iter().map(|measure| measure.operation));
    let seen = seen.into_iter().flatten();
    Ok(operations.zip(seen).flat_map(|(operation, seen)| figures(operation, seen, engine)).collect())
}

fn throughput(
    group: &Group,
    seen: &mut [Seen],
    (place, clients): (usize, usize),
    round: usize,
    time: Duration,
) -> Result<(), BenchError> {
    let limit = || -> Result<Option<load::Reached>, BenchError> {
        let limit = group.limit.as_ref();
        limit.map(|limit| closed("the limit of", group, limit, clients, time)).transpose()
    };
    let first = if round.is_multiple_of(2) { limit()? } else { None };
    let mut all = Vec::new();
    for measure in &group.measures {
        all.push(closed(measure.operation.name, group, &measure.cell, clients, time)?);
    }
    let mut limit = if first.is_some() { first } else { limit()? };
    for ((measure, seen), mut reached) in group.measures.iter().zip(seen).zip(all) {
        let [values, limits, ratios] = &mut seen.rates[place];
        values.push(reached.rate);
        // A limit that gave no answer at all is a figure, too, and no ratio.
        if let Some(limit) = limit.as_ref().map(|limit| limit.rate / measure.operation.parts) {
            limits.push(limit);
            ratios.extend((limit > 0.0).then(|| reached.rate / limit));
        }
        if clients == 1 {
            let [alone, of_limit] = &mut seen.alone;
            alone.extend(median(&mut reached));
            of_limit.extend(limit.as_mut().and_then(median));
        }
    }
    Ok(())
}

/// Of its latencies, in microseconds.
fn median(reached: &mut load::Reached) -> Option<f64> {
    reached.latencies.sort_unstable();
    let some = !reached.latencies.is_empty();
    some.then(|| micros(percentile(&reached.latencies, 50.0)))
}

fn closed(
    what: &str,
    group: &Group,
    cell: &Cell,
    clients: usize,
    time: Duration,
) -> Result<load::Reached, BenchError> {
    let first = group.measures.first().map_or("", |measure| measure.operation.name);
    let failed = |problem| BenchError::Load { what: format!("{what} ({first}), {clients} clients"), problem };
    load::closed(cell, clients, time).map_err(failed)
}

fn paced(group: &Group, seen: &mut [Seen], time: Duration) -> Result<(), BenchError> {
    for (measure, seen) in group.measures.iter().zip(seen).filter(|(measure, _)| measure.operation.paced) {
        let place = CLIENTS.iter().position(|clients| *clients == PACED).unwrap_or(0);
        let Some(reached) = Spread::of(&seen.rates[place][0]) else { continue };
        let failed = |problem| BenchError::Load { what: measure.operation.paced_row("all"), problem };
        let mut latencies = load::open(&measure.cell, PACED, reached.median * PACE, time).map_err(failed)?;
        latencies.sort_unstable();
        for (values, (_, percent)) in seen.paced.iter_mut().zip(PERCENTILES) {
            values.push(micros(percentile(&latencies, percent)) / 1000.0);
        }
    }
    Ok(())
}

/// Latencies of a measurement are seconds at most, far below 2^52 nanoseconds.
#[expect(clippy::cast_precision_loss, reason = "below 2^52")]
fn micros(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1000.0
}

fn figures(operation: Operation, seen: Seen, engine: Engine) -> Vec<Figure> {
    let mut all = Vec::new();
    for ([values, limits, ratios], clients) in seen.rates.iter().zip(CLIENTS) {
        let (name, goal) = (operation.throughput_row(clients), operation.throughput(clients, engine));
        all.extend(Figure::alone(name, "per second", values, goal).map(|figure| Figure {
            limit: Spread::of(limits),
            ratio: Spread::of(ratios),
            ..figure
        }));
    }
    if operation.alone != Goal::None {
        let [alone, limit] = &seen.alone;
        // What this machine can do at best stands beside it, without a ratio: there, more would be better.
        let figure = Figure::alone(operation.alone_row(), "µs", alone, operation.alone);
        all.extend(figure.map(|figure| Figure { limit: Spread::of(limit), ..figure }));
    }
    for (values, (percent, _)) in seen.paced.iter().zip(PERCENTILES) {
        let goal = if percent == "p99" { operation.p99 } else { Goal::None };
        all.extend(Figure::alone(operation.paced_row(percent), "ms", values, goal));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::operations::ALL;
    use super::*;

    #[test]
    fn rows_are_called_as_they_can_be_asked_for() {
        for operation in ALL {
            let one = || vec![1.0];
            let rates = std::array::from_fn(|_| [one(), one(), one()]);
            let paced = std::array::from_fn(|_| if operation.paced { one() } else { Vec::new() });
            let seen = Seen { rates, paced, alone: [one(), one()] };
            let figures = figures(operation, seen, Engine::Sqlite);
            let names: Vec<_> = figures.iter().map(|figure| figure.name.clone()).collect();
            assert_eq!(names, operation.rows());
        }
    }

    #[test]
    fn a_single_client_stands_beside_the_limit_s_without_a_ratio() {
        let seen = Seen { alone: [vec![80.0], vec![50.0]], ..Seen::default() };
        let figures = figures(super::super::operations::USER_BY_ID, seen, Engine::Sqlite);
        let shown: Vec<_> =
            figures.iter().map(|figure| (figure.limit, figure.ratio, figure.holds())).collect();
        assert_eq!(shown, [(Spread::of(&[50.0]), None, Some(false))]);
    }
}
