//! Lots by which posts are drawn: functions of a seed, a purpose and a post.

/// The lot of a post. Lots of one seed and purpose order posts at random.
pub(super) fn lot(seed: u64, purpose: &str, post_id: &str) -> u64 {
    let bytes = seed.to_le_bytes();
    let all = bytes
        .iter()
        .chain(purpose.as_bytes())
        .chain(post_id.as_bytes());
    // FNV-1a (Fowler, Noll and Vo) gathers the bytes, SplitMix64 (Steele and others 2014) mixes them.
    let gathered = all.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (gathered ^ gathered >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::lot;

    #[test]
    fn lots_follow_seed_purpose_and_post_and_fill_their_range_evenly() {
        assert_eq!(lot(1, "draw", "a"), lot(1, "draw", "a"));
        assert_ne!(lot(1, "draw", "a"), lot(2, "draw", "a"));
        assert_ne!(lot(1, "draw", "a"), lot(1, "order", "a"));
        let mut counts = [0_i32; 16];
        for post in 0..16_000 {
            counts[(lot(7, "draw", &format!("post{post}")) >> 60) as usize] += 1;
        }
        // Fifteen degrees of freedom: chi squared is above 37.7 in one of a thousand.
        let chi_squared: f64 = counts
            .iter()
            .map(|count| f64::from(count - 1000).powi(2) / 1000.0)
            .sum();
        assert!(chi_squared < 37.7, "{counts:?}");
    }
}
