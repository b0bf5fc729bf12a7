import * as z from 'zod/mini'
import { limits, longestReopenWithinMs } from '../limits.js'
import { earliestTime, greatestCount, latestTime, textsOfMissingIds } from '../ranges.js'
import { tooLarge } from './too-large.js'
import { transformed } from './transformed.js'
import { cleanText, cutToBytes, exceedsBytes, isWellFormed, keptMessage } from './unicode.js'

/**
 * An id of the host, the channel or this library. It is opaque and never changed. It is refused when a database could
 * not tell it from another id.
 */
export const id = z.string().check(
  z.superRefine((value, context) => {
    const message = idProblem(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }),
)

/** The kind of a customer's id. */
export const kind = id.check(
  z.superRefine((value, context) => {
    if (!exceedsBytes(value, limits.kindBytes)) return
    context.addIssue({ code: 'custom', message: `must be at most ${limits.kindBytes} UTF-8 bytes` })
  }),
)

function idProblem(value: string): string | undefined {
  if (value === '') return 'must not be empty'
  if (textsOfMissingIds.includes(value)) return 'must be an id, not the text of a missing one'
  if (value.includes('\0')) return 'must not contain U+0000'
  if (!isWellFormed(value)) return 'must be well-formed Unicode, without lone surrogates'
  if (exceedsBytes(value, limits.idBytes)) return `must be at most ${limits.idBytes} UTF-8 bytes`
  return undefined
}

/** A text that is cleaned so that every database can hold it. */
function textUpTo(limit: number) {
  return transformed(z.string(), (value, refuse) => {
    const text = cleanText(value)
    if (exceedsBytes(text, limit)) refuse(tooLarge('in bytes', limit, Buffer.byteLength(text)))
    return text
  })
}
export const messageText = textUpTo(limits.textBytes)
/** Names and other short texts. */
export const name = textUpTo(limits.nameBytes)
/** Why something failed. It is cut and not refused: a failure that can not be noted would be overlooked. */
export const failureMessage = transformed(z.string(), (value) => keptMessage(value))
/** Where something failed, cut likewise. */
export const failureTrace = transformed(z.string(), (value) => cutToBytes(cleanText(value), limits.textBytes))
/** A short text that is not empty. */
export const word = name.check(
  z.superRefine((value, context) => {
    if (value === '') context.addIssue({ code: 'custom', message: 'must not be empty' })
  }),
)

export function integer(min: number, max: number) {
  return z.number().check(
    z.superRefine((value, context) => {
      if (Number.isInteger(value) && value >= min && value <= max) return
      context.addIssue({ code: 'custom', message: `must be an integer from ${min} to ${max}` })
    }),
  )
}
/** For a version, a `seq` or an edit number. */
export const count = integer(0, greatestCount)
/** How long a call may take, in milliseconds. */
export const deadline = integer(1, 3_600_000)

const earliest = Date.parse(earliestTime)
const latest = Date.parse(latestTime)
/** A date in a year that both PostgreSQL and MongoDB can hold. */
export const date = z.date().check(
  z.superRefine((value, context) => {
    if (value.getTime() >= earliest && value.getTime() <= latest) return
    context.addIssue({ code: 'custom', message: 'must be a date of the years 1 to 9999' })
  }),
)

export function atMost<S extends z.ZodMiniType>(limit: number, element: S) {
  return z.array(element).check(
    z.superRefine((elements, context) => {
      if (elements.length > limit) context.addIssue(tooLarge('in number', limit, elements.length))
    }),
  )
}

export const onClosed = z.union([z.enum(['new', 'reopen']), z.strictObject({ reopenWithin: integer(0, longestReopenWithinMs) })], {
  error: () => `must be 'new', 'reopen' or { reopenWithin: milliseconds }`,
})

/** The input has to be complete in exactly one of these forms. */
export function exactlyOne(...forms: readonly (readonly string[])[]) {
  const keys = new Set(forms.flat())
  return z.superRefine((input: Readonly<Record<string, unknown>>, context) => {
    const given = [...keys].filter((key) => input[key] !== undefined)
    if (forms.some((form) => form.length === given.length && form.every((key) => given.includes(key)))) return
    context.addIssue({
      code: 'custom',
      message: `needs ${forms.map((form) => form.join(' and ')).join(', or ')}, and nothing else to name it by`,
    })
  })
}
