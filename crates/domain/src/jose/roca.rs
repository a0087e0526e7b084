//! Recognises RSA keys made by a generator that leaves the private key computable (CVE-2017-15361, "ROCA").
//!
//! Such primes are powers of 65537 modulo many small primes, and so is their product. A sound modulus looks like one
//! once in 200 million. Refuses nothing itself: the set of keys does.

/// The odd primes up to 167; the product of these (and two) is the faulty generator's smallest modulus.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Whether the modulus (big endian) has the fingerprint.
pub(super) fn is_weak_modulus(modulus: &[u8]) -> bool {
    PRIMES.into_iter().all(|prime| {
        let rest = modulus.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        is_power_of_65537(rest, prime)
    })
}

fn is_power_of_65537(rest: u32, prime: u32) -> bool {
    let mut power = 1;
    loop {
        if power == rest {
            return true;
        }
        power = power * (65537 % prime) % prime;
        if power == 1 {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_powers_are_weak_and_others_are_not() {
        // 65537 squared, as four bytes and as a number with leading zeros.
        assert!(is_weak_modulus(&[1, 0, 2, 0, 1]));
        assert!(is_weak_modulus(&[0, 0, 1, 0, 2, 0, 1]));
        assert!(is_weak_modulus(&[1]));
        assert!(!is_weak_modulus(&[1, 0, 2, 0, 3]));
        assert!(!is_weak_modulus(&[0xc1; 256]));
        assert!(!is_weak_modulus(&[11]));
        assert!(!is_weak_modulus(&[]));
    }
}
