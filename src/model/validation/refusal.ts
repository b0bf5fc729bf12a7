import { ConversationStoreError, type ValidationIssue } from '../errors.js'

export type Path = readonly PropertyKey[]

/**
 * Formats a path as a host would write it: `events[2].messageId`. Long keys are cut, so that a path cannot carry a
 * value into an error.
 */
export function formatPath(path: Path): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += `${text === '' ? '' : '.'}${String(key).slice(0, 64)}`
  }
  return text
}

export function refusal(path: Path, message: string): ConversationStoreError<'VALIDATION_FAILED'> {
  return refusalOf([{ path: formatPath(path), message }])
}

export function refusalOf(issues: readonly ValidationIssue[]): ConversationStoreError<'VALIDATION_FAILED'> {
  return new ConversationStoreError('VALIDATION_FAILED', { issues })
}
