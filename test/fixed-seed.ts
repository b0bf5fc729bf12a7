import fc from 'fast-check'

// The same random values on every run: a test that fails fails again. Another seed looks further.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) })
