import type { AllowClosedState, PrismaChange } from '../../adoption/index.js'
import { exitCodes } from '../exit-code.js'
import { oneLine } from '../output/text.js'
import { adoptFlags, openHostTables, planLines, resultOf } from './adopt-shared.js'
import { type Command, declined } from './command.js'

export const adoptAllowClosed: Command = {
  name: 'adopt allow-closed',
  summary: 'let closed conversations repeat in a table with a column for each channel',
  words: [],
  flags: [...adoptFlags, 'enforce', 'prisma'],
  async run(context) {
    const { common, messages, counters } = await openHostTables(context)
    const { enforce, prisma, undo = false } = context.flags
    const { connections, keyColumn } = context.settings.adoption ?? {}
    const { allowClosedDuplicates } = await import('../../adoption/index.js')
    const closed = allowClosedDuplicates({
      ...common,
      ...(connections === undefined ? {} : { connections }),
      ...(keyColumn === undefined ? {} : { keyColumn }),
      ...(enforce === undefined ? {} : { enforce }),
      ...(prisma === undefined ? {} : { prisma: prisma === '6' ? 6 : 7 }),
      // Doubles come only after an ORM has dropped the unique index, and are merged where the host says how.
      ...(messages === undefined ? {} : { merge: { messages, ...(counters === undefined ? {} : { counters }) } }),
    })
    if (undo) {
      if (!(await context.confirm('This forbids a second conversation of a customer again, also after a close.'))) return declined()
      const reverted = await closed.revert()
      return resultOf(0, { reverted }, () => stateLines(reverted))
    }
    const { plan, verified } = await closed.run()
    if (verified === null)
      return resultOf(0, { plan }, () => [
        ...stateLines(plan),
        ...plan.statements.map((each) => oneLine(`would run: ${each}`)),
        ...prismaLines(plan.prisma),
        ...planLines(plan),
      ])
    return resultOf(verified.ok ? exitCodes.done : exitCodes.pending, { plan, verified }, () => [
      ...stateLines(verified),
      ...verified.problems.map((problem) => oneLine(`! ${problem}`)),
      ...(verified.ok ? prismaLines(plan.prisma) : ['No further double can come. Merge the doubles, and run this again.']),
    ])
  },
}

function stateLines({ connections }: AllowClosedState): readonly string[] {
  return connections.flatMap(({ connection, index, state, old, doubles, lookup }) =>
    [
      `${connection}: ${state} (${index})`,
      ...old.map((each) => `  old: ${each}`),
      ...(doubles === null ? [] : [`  doubles: ${doubles.totalDocuments} active conversations share ${doubles.totalGroups} key(s)`]),
      `  looked up by: ${lookup.index ?? 'no index'}`,
    ].map((line) => line.slice(0, 2) + oneLine(line.slice(2))),
  )
}

function prismaLines({ version, remove, add, notes, sql }: PrismaChange): readonly string[] {
  return [
    `schema.prisma, for Prisma ${version}:`,
    ...remove.map((line) => oneLine(`- ${line}`)),
    ...add.map((line) => oneLine(`+ ${line}`)),
    ...notes.map(oneLine),
    ...sql.map((statement) => oneLine(`${statement};`)),
  ]
}
