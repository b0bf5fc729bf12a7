/** `openPostgresUpsert` and `takePostgresGrowth` are `postgres-upsert` and `postgres-growth` on the command line. */
export function idOf(job: { readonly name: string }): string {
  const words = job.name.replace(/^(open|take)(?=[A-Z])/, '')
  return words.replace(/[A-Z]/g, (letter, at: number) => `${at === 0 ? '' : '-'}${letter.toLowerCase()}`)
}

/**
 * The jobs with those ids, in their own order; all of them when no ids are given. Throws for an id that is nobody's.
 */
export function selected<T extends { readonly name: string }>(jobs: readonly T[], ids: readonly string[] | null): readonly T[] {
  if (ids === null) return jobs
  const known = jobs.map(idOf)
  const unknown = ids.filter((id) => !known.includes(id))
  if (unknown.length > 0) throw new Error(`no benchmark is called ${unknown.join(', ')}; there are ${known.join(', ')}`)
  return jobs.filter((job) => ids.includes(idOf(job)))
}
