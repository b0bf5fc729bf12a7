import { exitCodes } from '../exit-code.js'
import { counted, oneLine } from '../output/text.js'
import { adoptFlags, openHostTables, planLines, resultOf } from './adopt-shared.js'
import { type Command, declined } from './command.js'

export const adoptMergeDuplicates: Command = {
  name: 'adopt merge-duplicates',
  summary: 'merge the conversations of one customer in one inbox of one account',
  words: [],
  flags: [...adoptFlags, 'over', 'undo'],
  async run(context) {
    const { common, messages, counters } = await openHostTables(context)
    const { over, undo = false } = context.flags
    const { mergeDuplicateConversations } = await import('../../adoption/index.js')
    const merge = mergeDuplicateConversations({
      ...common,
      ...(over === undefined ? {} : { over }),
      ...(messages === undefined ? {} : { messages }),
      ...(counters === undefined ? {} : { counters }),
    })
    if (undo) {
      if (!(await context.confirm('This brings back what was merged away, with its messages.'))) return declined()
      const reverted = await merge.revert()
      const text = `${counted(reverted.restored, 'conversation')} brought back, ${counted(reverted.movedBack, 'message')} moved back.`
      return resultOf(0, { reverted }, () => [text])
    }
    const { plan, applied, verified } = await merge.run()
    if (applied === null || verified === null)
      return resultOf(0, { plan }, () => [
        `${counted(plan.groups, 'group')} of doubles, ${counted(plan.losers, 'conversation')} would go into the archive`,
        oneLine(plan.kept),
        ...planLines(plan),
      ])
    const { groups, losers, movedMessages, doubledMessages, lateMessages } = applied
    return resultOf(verified.ok ? exitCodes.done : exitCodes.pending, { plan, applied, verified }, () => [
      `${counted(groups, 'group')} merged, ${counted(losers, 'conversation')} in the archive`,
      `${counted(movedMessages, 'message')} moved, ${doubledMessages} doubled and in the archive, ${lateMessages} late`,
    ])
  },
}
