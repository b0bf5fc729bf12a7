import type * as z from 'zod/mini'
import { ConversationStoreError, type ValidationIssue } from '../errors.js'
import { type Budget, callBudget, readPlain } from './plain-data.js'
import { formatPath, type Path, refusalOf } from './refusal.js'
import { oversizeOf } from './too-large.js'

/** The most problems that an error names. Nobody needs a longer list for a batch that is wrong throughout. */
const namedIssues = 20

/**
 * Reads a host's input once, and returns a typed copy that shares nothing with the host. Throws VALIDATION_FAILED or
 * PAYLOAD_TOO_LARGE.
 */
export function parse<S extends z.ZodMiniType>(schema: S, input: unknown, path: Path = [], budget: Budget = callBudget()): z.output<S> {
  const result = schema.safeParse(readPlain(input, [...path], budget), { error: describe })
  if (result.success) return result.data
  throw refusalFrom(result.error.issues, path)
}

const names: { readonly [expected: string]: string } = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  date: 'a valid Date',
  array: 'an array',
  object: 'a plain object',
}

/**
 * Words the problems that zod finds. This library shares zod with the host, whose locale or error map must not change
 * them.
 */
export function describe(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is required'
      return `must be ${names[issue.expected] ?? `of type ${issue.expected}`}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => `'${String(value)}'`).join(' or ')}`
    case 'too_small':
      return `must have at least ${issue.minimum}`
    default:
      return 'is not allowed'
  }
}

function refusalFrom(found: readonly z.core.$ZodIssue[], base: Path): ConversationStoreError {
  const issues: ValidationIssue[] = []
  for (const issue of found) {
    const path = [...base, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) issues.push({ path: formatPath([...path, key]), message: 'is not a known field' })
    } else if (issue.code !== 'custom' || oversizeOf(issue.params) === undefined) {
      issues.push({ path: formatPath(path), message: issue.message })
    }
  }
  if (issues.length > 0) return refusalOf(issues.slice(0, namedIssues))
  for (const issue of found) {
    const oversize = issue.code === 'custom' ? oversizeOf(issue.params) : undefined
    if (oversize === undefined) continue
    const { unit, limit, actual } = oversize
    return new ConversationStoreError('PAYLOAD_TOO_LARGE', { what: `${formatPath([...base, ...issue.path])} ${unit}`, limit, actual })
  }
  return refusalOf([{ path: formatPath(base), message: 'is not allowed' }])
}
