/**
 * The name of a job on the command line: `openPostgresUpsert` is `postgres-upsert`, and `takePostgresGrowth` is
 * `postgres-growth`.
 */
export function idOf(job: { readonly name: string }): string {
  const words = job.name.replace(/^(open|take)(?=[A-Z])/, '')
  return words.replace(/[A-Z]/g, (letter, at: number) => `${at === 0 ? '' : '-'}${letter.toLowerCase()}`)
}

/**
 * The jobs with the given ids, in the jobs' own order, or all of them when no ids are given. Throws for an id that no
 * job has.
 */
export function selected<T extends { readonly name: string }>(jobs: readonly T[], ids: readonly string[] | null): readonly T[] {
  if (ids === null) return jobs
  const known = jobs.map(idOf)
  const unknown = ids.filter((id) => !known.includes(id))
  if (unknown.length > 0) throw new Error(`no benchmark is called ${unknown.join(', ')}; there are ${known.join(', ')}`)
  return jobs.filter((job) => ids.includes(idOf(job)))
}
