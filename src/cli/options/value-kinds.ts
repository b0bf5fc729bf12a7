import * as z from 'zod'

/**
 * What an option may say. A refusal says what is allowed and never repeats the given value, because that may be a
 * password.
 */
export interface ValueKind<T> {
  /** Reads a flag or a variable of the environment. */
  readonly fromText: z.ZodType<T>
  /** Reads a field of the configuration file. */
  readonly fromValue: z.ZodType<T>
  /** What the help writes behind the `=` of a flag, or null if a flag of this kind takes no value. */
  readonly placeholder: string | null
  /** What is allowed, for the docs. Empty if the option's sentence already says it. */
  readonly range: string
  /** Whether a flag that takes no value may have one all the same: `--yes=chat_acme`. */
  readonly mayHaveValue?: true
  /** What the help adds to the sentence. Empty if the placeholder already says it. */
  readonly hint: string
  /** Returns a value as a flag or a variable would say it. */
  shown(value: T): string
}

export function wholeNumber({ least, most }: { readonly least: number; readonly most: number }): ValueKind<number> {
  const fromValue = wholeNumberFrom(least, most)
  const fromText = z
    .string()
    .transform((text) => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN))
    .pipe(fromValue)
  return { fromText, fromValue, placeholder: 'n', ...toldTwice(`${least} to ${most}`), shown: String }
}

export function oneOf<const T extends string>(values: readonly T[]): ValueKind<T> {
  const schema = z.enum(values, { error: `must be ${listed(values)}` })
  return { fromText: schema, fromValue: schema, placeholder: values.join('|'), range: listed(values), hint: '', shown: String }
}

/** The same for words that are too many to stand behind the `=` of a flag. */
export function oneOfMany<const T extends string>(values: readonly T[]): ValueKind<T> {
  return { ...oneOf(values), placeholder: 'word', hint: listed(values) }
}

/** A flag of this kind has no value: if it is given, it is true. */
export const trueOrFalse: ValueKind<boolean> = {
  fromText: z
    .enum(['true', 'false', '1', '0'], { error: 'must be true, false, 1 or 0' })
    .transform((text) => text === 'true' || text === '1'),
  fromValue: z.boolean({ error: 'must be true or false' }),
  placeholder: null,
  range: 'true, false, 1 or 0',
  hint: '',
  shown: String,
}

/** A switch that may name what it agrees to. */
export const yesOrName: ValueKind<boolean | string> = {
  fromText: z.string().transform((text) => text === 'true' || text),
  fromValue: z.union([z.boolean(), z.string()]),
  placeholder: null,
  mayHaveValue: true,
  range: '',
  hint: '',
  shown: String,
}

export function word(placeholder = 'name'): ValueKind<string> {
  const schema = z.string({ error: 'must not be empty' }).trim().min(1, 'must not be empty')
  return { fromText: schema, fromValue: schema, placeholder, range: '', hint: '', shown: String }
}

/** Ids with commas between them. An id that is named twice counts once. */
export const ids: ValueKind<readonly string[]> = {
  fromText: z
    .string()
    .transform((given) => [...new Set(given.split(',').map((id) => id.trim()))])
    .refine((given) => !given.includes(''), 'must be ids with commas between: acme,globex'),
  fromValue: z.array(z.string()),
  placeholder: 'a,b',
  range: '',
  hint: '',
  shown: (given) => given.join(','),
}

const unitMs: Readonly<Record<string, number>> = { '': 1_000, s: 1_000, ms: 1, m: 60_000 }

/**
 * A time to wait, in milliseconds. In text a bare number means seconds. The limit catches numbers that were meant as
 * milliseconds.
 */
export function waitTime(mostMs: number): ValueKind<number> {
  const mostSeconds = mostMs / 1_000
  const fromText = z
    .string()
    .transform((given) => {
      const [, count, unit] = /^(\d{1,9})(ms|s|m|)$/.exec(given) ?? []
      return Number(count) * (unitMs[unit ?? ''] ?? 1)
    })
    .refine((ms) => ms <= mostMs, `must be seconds from 0 to ${mostSeconds}, or a number with its unit: 500ms, 30s, 2m`)
  return {
    fromText,
    fromValue: wholeNumberFrom(0, mostMs),
    placeholder: 'time',
    ...toldTwice(`0 to ${mostSeconds} seconds, or 500ms, 2m`),
    shown: (ms) => `${ms / 1_000}s`,
  }
}

const agoMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A time in the past: so long ago, or a moment of ISO 8601 with its offset, so that no zone is guessed. */
export const pastTime: ValueKind<Date> = {
  fromText: z
    .string()
    .transform((given) => {
      const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(given) ?? []
      if (unit !== undefined) return new Date(Date.now() - Number(count) * (agoMs[unit] ?? 0))
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(given) ? new Date(given) : new Date(Number.NaN)
    })
    .refine((time) => !Number.isNaN(time.getTime()), 'must be 30m, 2h or 7d ago, or a time such as 2026-05-02T12:00:00Z'),
  fromValue: z.date(),
  placeholder: 'time',
  range: '30m, 2h or 7d ago, or 2026-05-02T12:00:00Z',
  hint: '30m, 2h or 7d ago, or 2026-05-02T12:00:00Z',
  shown: (time) => time.toISOString(),
}

/** The URL of a server. `schemes` are written like `postgres://`. */
export function serverUrl(schemes: readonly string[]): ValueKind<string> {
  const allowed = `must begin with ${listed(schemes)}`
  const schema = z
    .string({ error: allowed })
    .refine((url) => schemes.some((scheme) => url.toLowerCase().startsWith(scheme) && url.length > scheme.length), allowed)
  return { fromText: schema, fromValue: schema, placeholder: 'url', range: `begins with ${listed(schemes)}`, hint: '', shown: String }
}

/** A value that only a configuration file can hold. */
export function valueOfFile<T>(fromValue: z.ZodType<T>): ValueKind<T> {
  return { fromText: z.never(), fromValue, placeholder: null, range: '', hint: '', shown: String }
}

/** Returns the values as a list in words: `a`, `a or b`, `a, b or c`. */
export function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}

function wholeNumberFrom(least: number, most: number) {
  const allowed = `must be a whole number from ${least} to ${most}`
  return z.number({ error: allowed }).int(allowed).min(least, allowed).max(most, allowed)
}

function toldTwice(range: string): Pick<ValueKind<unknown>, 'range' | 'hint'> {
  return { range, hint: range }
}
