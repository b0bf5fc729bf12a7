import type * as z from 'zod'
import { type ConversationStoreError, isConversationStoreError, type ValidationIssue } from '../model/errors.js'
import { formatPath, refusalOf } from '../model/validation/refusal.js'

/**
 * Says that the command line or its configuration is wrong: exit code 2. `subject` is the flag, variable or field at
 * fault.
 */
export function usageError(subject: string, message: string): ConversationStoreError<'VALIDATION_FAILED'> {
  return refusalOf([{ path: subject, message }])
}

/**
 * Returns what `schema` reads. Throws VALIDATION_FAILED, which names each fault, if the schema refuses. `source` says
 * where the value comes from.
 */
export function readAs<T extends z.ZodType>(schema: T, value: unknown, source = ''): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw refusalOf(
    result.error.issues.map(
      ({ path, message }): ValidationIssue => ({ path: [source, formatPath(path)].filter(Boolean).join(': '), message }),
    ),
  )
}

/** Returns the line of a usage error without its code, or null for any other error. */
export function usageLine(error: unknown): string | null {
  if (!isConversationStoreError(error, 'VALIDATION_FAILED')) return null
  return error.details.issues.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ')
}
