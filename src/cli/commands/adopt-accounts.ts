import type { BackfillClasses, OrphanPolicy } from '../../adoption/index.js'
import { exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { counted } from '../output/text.js'
import { usageError } from '../usage-error.js'
import { adoptFlags, openHostTables, planLines, resultOf, undoneResult } from './adopt-shared.js'
import { type Command, type CommandContext, declined } from './command.js'

export const adoptAccounts: Command = {
  name: 'adopt accounts',
  summary: 'give each conversation of your tables the account of its integration',
  words: [],
  flags: [...adoptFlags, 'orphans', 'assign', 'archive', 'confirm'],
  async run(context) {
    const orphans = policyOf(context)
    const { common, integrations } = await openHostTables(context)
    // The command's other parts start without the adoption.
    const { backfillAccountIds } = await import('../../adoption/index.js')
    const backfill = backfillAccountIds({ ...common, integrations, orphans })
    if (context.flags.undo) {
      const what = 'This moves the orphans back from the quarantine.'
      if (!(await context.confirm(what))) return declined()
      const reverted = await backfill.revert()
      const moved = () => [`${counted(reverted.restored, 'conversation')} moved back.`]
      return undoneResult(reverted, 'conversation_store_quarantine', moved)
    }
    const { plan, applied, verified } = await backfill.run()
    if (applied === null || verified === null) return resultOf(0, { plan }, () => [classesText(plan), ...planLines(plan)])
    const { updated, assigned, quarantined, deleted, keptAsSet } = applied
    const exitCode = verified.ok ? exitCodes.done : exitCodes.pending
    return resultOf(exitCode, { plan, applied, verified }, () => [
      `${updated} updated, ${assigned} assigned, ${quarantined} quarantined, ${deleted} deleted, ${keptAsSet} kept as set by others`,
      classesText(verified),
    ])
  },
}

function policyOf({ flags }: CommandContext): OrphanPolicy {
  const { orphans: policy = flags.undo ? 'quarantine' : 'report', assign, archive, confirm } = flags
  if (assign !== undefined && policy !== 'assign') throw usageError('--assign', 'is for --orphans=assign')
  if (policy === 'assign') {
    if (assign === undefined) throw usageError('--assign', 'is needed: the account that the orphans get')
    return { policy, account: assign }
  }
  if (policy !== 'delete') return { policy }
  if (confirm !== 'DELETE') throw usageError('--confirm', 'must be DELETE, because the orphans are deleted')
  if (archive === undefined) throw usageError('--archive', 'is needed: the file that keeps what is deleted')
  return { policy, confirm, archive }
}

export function classesText(classes: BackfillClasses): string {
  const { conversations, resolved, alreadySet, orphans, orphansWithAccount, ambiguous, noAccount, noOaId } = classes
  return columns([
    ['conversations', String(conversations)],
    ['get their account', String(resolved)],
    ['have one already', `${alreadySet}${orphansWithAccount === 0 ? '' : ` (${orphansWithAccount} without an integration)`}`],
    ['orphans', String(orphans)],
    ['several accounts', String(ambiguous)],
    ['integration without', String(noAccount)],
    ['no oa_id', String(noOaId)],
  ])
}
