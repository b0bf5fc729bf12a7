import * as z from 'zod'

/** What a flag, an environment variable or the configuration file may say; each refuses with what is allowed, never with what it was given. */

export function wholeNumber(least: number, most: number) {
  const allowed = `must be a whole number from ${least} to ${most}`
  return z.number({ error: allowed }).int(allowed).min(least, allowed).max(most, allowed)
}

/** The same, as text. */
export function wholeNumberText(least: number, most: number) {
  return z
    .string()
    .transform((text) => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN))
    .pipe(wholeNumber(least, most))
}

export function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: `must be ${listed(values)}` })
}

export function trueOrFalse() {
  return oneOf(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')
}

export function text(allowed = 'must not be empty') {
  return z.string({ error: allowed }).trim().min(1, allowed)
}

/** Ids with commas between; one that is named twice counts once. */
export function idList() {
  return z
    .string()
    .transform((given) => [...new Set(given.split(',').map((id) => id.trim()))])
    .refine((ids) => !ids.includes(''), 'must be ids with commas between: acme,globex')
}

const unitMs: Readonly<Record<string, number>> = { '': 1_000, s: 1_000, ms: 1, m: 60_000 }
export const longestWaitMs = 3_600_000

/** A time to wait. A bare number is seconds; the limit catches those that were meant as milliseconds. */
export function waitText() {
  return z
    .string()
    .transform((given) => {
      const [, count, unit] = /^(\d{1,9})(ms|s|m|)$/.exec(given) ?? []
      return Number(count) * (unitMs[unit ?? ''] ?? 1)
    })
    .refine((ms) => ms <= longestWaitMs, 'must be seconds from 0 to 3600, or a number with its unit: 500ms, 30s, 2m')
}

export const mongoUrl = /^mongodb(\+srv)?:\/\/./i
export const postgresUrl = /^postgres(ql)?:\/\/./i

export function url(pattern: RegExp, schemes: readonly string[]) {
  const allowed = `must begin with ${listed(schemes)}`
  return z.string({ error: allowed }).regex(pattern, allowed)
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}
