//! Work divided among the processors of the machine, with results in a stated order.
//!
//! Results must not depend on how many processors there are: what is random is drawn beforehand, or
//! in parts of a fixed number with a generator each ([`crate::random::part_generator`]).

/// How many threads are of use.
pub fn count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A function of every part, each on a thread of its own, a single one on the caller's; results in
/// the order of the parts. A panic of one thread is that of the caller.
pub fn each<P: Send, R: Send>(parts: Vec<P>, of: impl Fn(P) -> R + Sync) -> Vec<R> {
    if parts.len() == 1 {
        return parts.into_iter().map(of).collect();
    }
    let of = &of;
    std::thread::scope(|scope| {
        let running: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || of(part)))
            .collect();
        let joined = running.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

/// A function of the numbers of so many parts, on all processors; results in the order of the numbers.
pub fn parts<R: Send>(count: usize, of: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let numbers: Vec<usize> = (0..count).collect();
    map(&numbers, |number| of(*number))
}

/// A function of every item, in their order, on all processors.
pub fn map<T: Sync, R: Send>(items: &[T], of: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = items.len().div_ceil(count()).max(1);
    let of_chunk = |chunk: &[T]| chunk.iter().map(&of).collect::<Vec<R>>();
    each(items.chunks(share).collect(), of_chunk)
        .into_iter()
        .flatten()
        .collect()
}
