//! Small positive definite systems of linear equations.

/// Solves a positive definite system, given by its lower triangle, by Cholesky factors; `None`
/// where it is not positive definite.
pub(crate) fn solve_symmetric(matrix: &mut [f64], mut right: Vec<f64>) -> Option<Vec<f64>> {
    let width = right.len();
    for i in 0..width {
        for j in 0..=i {
            let products = (0..j).map(|k| matrix[i * width + k] * matrix[j * width + k]);
            let rest = matrix[i * width + j] - products.sum::<f64>();
            matrix[i * width + j] = if i == j {
                if rest <= 0.0 {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / matrix[j * width + j]
            };
        }
    }
    for i in 0..width {
        let known: f64 = (0..i).map(|k| matrix[i * width + k] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i * width + i];
    }
    for i in (0..width).rev() {
        let known: f64 = (i + 1..width)
            .map(|k| matrix[k * width + i] * right[k])
            .sum();
        right[i] = (right[i] - known) / matrix[i * width + i];
    }
    Some(right)
}

/// The inverse of a positive definite matrix given by its lower triangle, whole; `None` where it is
/// not positive definite.
pub(crate) fn inverse_symmetric(matrix: &[f64], width: usize) -> Option<Vec<f64>> {
    let mut inverse = Vec::with_capacity(width * width);
    for column in 0..width {
        let mut unit = vec![0.0; width];
        unit[column] = 1.0;
        inverse.extend(solve_symmetric(&mut matrix.to_vec(), unit)?);
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_times_matrix_is_one_and_indefinite_is_missing() {
        let inverse = inverse_symmetric(&[4.0, 0.0, 2.0, 3.0], 2).unwrap();
        let expected = [3.0 / 8.0, -2.0 / 8.0, -2.0 / 8.0, 4.0 / 8.0];
        for (ours, theirs) in inverse.iter().zip(expected) {
            assert!((ours - theirs).abs() < 1e-12, "{inverse:?}");
        }
        assert!(inverse_symmetric(&[1.0, 0.0, 2.0, 1.0], 2).is_none());
    }
}
