import type { SwapState } from '../../adoption/index.js'
import { exitCodes } from '../exit-code.js'
import { oneLine } from '../output/text.js'
import { adoptFlags, indexFlags, indexOptions, openHostTables, planLines, resultOf } from './adopt-shared.js'
import { type Command, declined } from './command.js'

export const adoptSwapIndex: Command = {
  name: 'adopt swap-index',
  summary: 'replace the unique index of your conversations by one with the account in it',
  words: [],
  flags: [...adoptFlags, ...indexFlags],
  async run(context) {
    const { common } = await openHostTables(context)
    const { undo = false } = context.flags
    const { swapUniqueIndex } = await import('../../adoption/index.js')
    const swap = swapUniqueIndex({ ...common, ...indexOptions(context) })
    if (undo) {
      if (!(await context.confirm('This makes the unique indexes again that the swap dropped, and drops the new one.'))) return declined()
      const reverted = await swap.revert()
      return resultOf(0, { reverted }, () => stateLines(reverted))
    }
    const { plan, applied, verified } = await swap.run()
    if (verified === null)
      return resultOf(0, { plan }, () => [
        ...stateLines(plan),
        ...plan.statements.map((each) => oneLine(`would run: ${each}`)),
        ...planLines(plan),
      ])
    const next = verified.ok ? [] : ['No further double can come. Merge the doubles, and run this again.']
    return resultOf(verified.ok ? exitCodes.done : exitCodes.pending, { plan, applied, verified }, () => [...stateLines(verified), ...next])
  },
}

function stateLines({ name, state, forbids, old, doubles }: SwapState): readonly string[] {
  return [
    `${name}: ${state}`,
    `forbids: ${forbids}`,
    ...old.map((each) => `old: ${each}`),
    ...(doubles === null ? [] : [`doubles: ${doubles.totalDocuments} conversations share ${doubles.totalGroups} key(s)`]),
  ].map(oneLine)
}
