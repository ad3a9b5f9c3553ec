//! Welch's t-test: whether the means of two lots of samples differ.

/// One lot: mean and spread, kept as samples come in (Welford).
#[derive(Clone, Default)]
pub struct Lot {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Lot {
    /// Takes one sample in.
    pub fn add(&mut self, sample: f64) {
        self.count += 1.0;
        let away = sample - self.mean;
        self.mean += away / self.count;
        self.squares += away * (sample - self.mean);
    }

    /// How many samples it has.
    pub fn count(&self) -> f64 {
        self.count
    }

    /// Their mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance of the mean.
    fn error(&self) -> f64 {
        self.squares / (self.count - 1.0).max(1.0) / self.count.max(1.0)
    }
}

/// Welch's t of two lots.
pub fn t(a: &Lot, b: &Lot) -> f64 {
    let error = a.error() + b.error();
    if error == 0.0 {
        return if a.mean == b.mean { 0.0 } else { f64::INFINITY };
    }
    (a.mean - b.mean) / error.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The t of two lists, worked out apart from the running sums.
    fn by_definition(a: &[f64], b: &[f64]) -> f64 {
        let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
        let part = |list: &[f64]| {
            let mean = mean(list);
            let squares: f64 = list.iter().map(|x| (x - mean) * (x - mean)).sum();
            squares / (list.len() - 1) as f64 / list.len() as f64
        };
        (mean(a) - mean(b)) / (part(a) + part(b)).sqrt()
    }

    #[test]
    fn t_is_its_definition() {
        let list = |length: u64, low| -> Vec<f64> {
            (0..length).map(|i| (low + i * i * 7919 % 100) as f64).collect()
        };
        let (a, b) = (list(300, 1000), list(500, 1020));
        let [mut first, mut second] = [Lot::default(), Lot::default()];
        a.iter().for_each(|sample| first.add(*sample));
        b.iter().for_each(|sample| second.add(*sample));
        assert!((t(&first, &second) - by_definition(&a, &b)).abs() < 1e-9);
        assert!(t(&first, &second).abs() > 4.5 && second.count() == 500.0);
        assert!((first.mean() - a.iter().sum::<f64>() / 300.0).abs() < 1e-9);
    }
}
