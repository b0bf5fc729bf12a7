import type { LockingAnswers } from '../../adoption/index.js'
import { exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { counted, oneLine } from '../output/text.js'
import { adoptFlags, openHostTables, planLines, resultOf, undoneResult } from './adopt-shared.js'
import { type Command, declined } from './command.js'

export const adoptLocking: Command = {
  name: 'adopt locking',
  summary: 'give your conversations a version, and your events unique indexes, on PostgreSQL',
  words: [],
  flags: [...adoptFlags, 'sql'],
  async run(context) {
    const { settings, flags } = context
    const { addOptimisticLocking, lockingSql } = await import('../../adoption/index.js')
    const tables = settings.adoption?.locking ?? {}
    if (flags.sql) {
      const text = await lockingSql(tables)
      return resultOf(0, { sql: text }, () => [text.trimEnd()])
    }
    const { common } = await openHostTables(context)
    const { conversations: { schema } = {}, ...shared } = common
    const conversations = { ...(schema === undefined ? {} : { schema }), ...tables.conversations }
    const locking = addOptimisticLocking({ ...shared, ...tables, conversations })
    if (flags.undo) {
      const what = 'This drops the column version, the indexes and the objects of the sync that were added.'
      if (!(await context.confirm(what))) return declined()
      const reverted = await locking.revert()
      return undoneResult(reverted, 'conversation_store_archive', () => [
        ...reverted.dropped.map((each) => oneLine(`dropped ${each}`)),
        `${counted(reverted.restored, 'event')} brought back.`,
      ])
    }
    const { plan, applied, verified } = await locking.run()
    if (applied === null || verified === null)
      return resultOf(0, { plan }, () => [
        ...plan.missing.map((each) => oneLine(`missing: ${each}`)),
        `${counted(plan.doubles, 'event')} would go into the archive`,
        ...planLines(plan),
      ])
    return resultOf(verified.ok ? exitCodes.done : exitCodes.pending, { plan, applied, verified }, () => [
      `${applied.added.length} added, ${counted(applied.doubles, 'event')} in the archive`,
      answersText(verified),
      ...verified.problems.map((problem) => oneLine(`! ${problem}`)),
    ])
  },
}

function answersText(answers: LockingAnswers): string {
  return columns([
    ['version column', String(answers.versionColumns)],
    ['unique event indexes', String(answers.eventIndexes)],
    ['tables', String(answers.tables)],
    ['functions', String(answers.functions)],
    ['views', String(answers.views)],
    ['conversations', String(answers.conversations)],
    ['without events', String(answers.withoutEvents)],
    ['duplicates', String(answers.duplicates)],
  ])
}
