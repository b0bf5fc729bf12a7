import type { WriteStamp } from '../store/adapter.js'
import type { Doc } from './driver.js'
import { literal } from './literal.js'
import { hasSeen, keptMarks, markedFields } from './mark-expressions.js'

export type Expression = Doc | string | boolean

/** A value for a field that is left out of the document when the value is null. */
export function presentLiteral(value: unknown): Expression {
  return value === null ? '$$REMOVE' : literal(value)
}

/** The time of a write: the host's clock if the write brings a time, otherwise the server's. */
export function nowOf({ now }: Pick<WriteStamp, 'now'>): Expression {
  return now === null ? '$$NOW' : literal(now)
}

export function differs(field: string, value: unknown): Doc {
  return { $ne: [{ $ifNull: [`$${field}`, null] }, literal(value)] }
}

export interface MarkedChange {
  readonly outcome: 'updated' | 'reopened'
  /** All of them must hold for the document to change. */
  readonly when: readonly Expression[]
  readonly set: Readonly<Record<string, Expression>>
}

/**
 * An update that changes a document once. It leaves the document as it is when the document remembers the operation, or
 * when one of the `when` conditions does not hold. The operation's mark in the document that comes back tells which of
 * the two it was.
 */
export function markedChange(stamp: WriteStamp, { outcome, when, set }: MarkedChange): Doc[] {
  const changes = (kept: Doc | string): Record<string, Expression> => ({
    ...set,
    // The time does not go back behind the one that is stored, as in `markedFields`.
    updated_at: stamp.now === null ? { $max: ['$$NOW', '$updated_at'] } : nowOf(stamp),
    ...markedFields(stamp, outcome, kept),
  })
  const isChanged = { $and: [{ $not: [hasSeen(stamp)] }, ...when] }
  // `$mergeObjects` decides once for all fields, but it cannot leave a field out.
  if (!Object.values(set).includes('$$REMOVE')) {
    const changed = { $let: { vars: { kept: keptMarks }, in: { $mergeObjects: ['$$ROOT', changes('$$kept')] } } }
    return [{ $replaceWith: { $cond: [isChanged, changed, '$$ROOT'] } }]
  }
  const guarded = Object.entries(changes(keptMarks)).map(([field, value]) => [field, { $cond: ['$_changes', value, `$${field}`] }])
  return [{ $set: { _changes: isChanged } }, { $set: Object.fromEntries(guarded) }, { $unset: '_changes' }]
}

/** The same for a conversation: it also compares the expected version and raises the version by one. */
export function versionedChange(stamp: WriteStamp, expectedVersion: number | 'absent' | null, change: MarkedChange): Doc[] {
  const isExpected = expectedVersion === null || (expectedVersion === 'absent' ? false : { $eq: ['$version', literal(expectedVersion)] })
  return markedChange(stamp, {
    ...change,
    when: [isExpected, ...change.when],
    set: { ...change.set, version: { $add: ['$version', 1] } },
  })
}
