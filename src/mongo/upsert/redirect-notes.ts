/** Where the ids of merged conversations lead, of those that were asked for. */
export interface RedirectNotes {
  /** Records that the id of a conversation leads to another one, which was loaded. */
  redirect(lostId: string, keptId: string): void
  /** The id itself, unless it is known to lead to another one. */
  leadsTo(id: string): string
}

export function redirectNotes(): RedirectNotes {
  const redirects = new Map<string, string>()
  return {
    redirect: (lostId, keptId) => void redirects.set(lostId, keptId),
    leadsTo: (id) => redirects.get(id) ?? id,
  }
}
