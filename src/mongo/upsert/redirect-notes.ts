import type { ConversationRow, MergeRow } from '../../model/planning/rows.js'
import type { World } from '../../model/planning/world.js'
import type { RowTable, UndoLog } from './row-table.js'

/**
 * Where the ids of merged conversations lead: of those that were asked for, and of those that were merged in this
 * world.
 */
export interface RedirectNotes extends Pick<World, 'putMerge'> {
  /** Records that the id of a conversation leads to another one, which was loaded. */
  redirect(lostId: string, keptId: string): void
  /** The id itself, unless it is known to lead to another one. */
  leadsTo(id: string): string
  /** The merges that were made in this world, in their order. */
  merges(): readonly MergeRow[]
}

export function redirectNotes(undo: UndoLog, conversations: RowTable<ConversationRow>): RedirectNotes {
  const redirects = new Map<string, string>()
  const merges: MergeRow[] = []
  const leadsTo = (id: string): string => {
    const next = redirects.get(id)
    return next === undefined ? id : leadsTo(next)
  }
  return {
    redirect: (lostId, keptId) => void redirects.set(lostId, keptId),
    leadsTo,
    putMerge(row) {
      conversations.remove(row.lost.id)
      redirects.set(row.lost.id, row.keptId)
      merges.push(row)
      undo.push(() => {
        redirects.delete(row.lost.id)
        merges.pop()
      })
    },
    merges: () => merges,
  }
}
