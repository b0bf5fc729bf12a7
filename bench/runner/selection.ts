/**
 * The name of a job on the command line: `openPostgresUpsert` is `postgres-upsert`, and `takePostgresGrowth` is
 * `postgres-growth`.
 */
export function idOf(job: { readonly name: string }): string {
  const words = job.name.replace(/^(open|take)(?=[A-Z])/, '')
  return words.replace(/[A-Z]/g, (letter, at: number) => `${at === 0 ? '' : '-'}${letter.toLowerCase()}`)
}

/**
 * The jobs with the given ids, in the jobs' own order, or all of them when no ids are given. What is no id stands for
 * every id that begins with it: `webhooks` for `webhooks-mongo` and `webhooks-postgres`. Throws for what fits none.
 */
export function selected<T extends { readonly name: string }>(jobs: readonly T[], ids: readonly string[] | null): readonly T[] {
  if (ids === null) return jobs
  const known = jobs.map(idOf)
  const meant = (id: string) => (known.includes(id) ? [id] : known.filter((each) => each.startsWith(`${id}-`)))
  const unknown = ids.filter((id) => meant(id).length === 0)
  if (unknown.length > 0) throw new Error(`no benchmark is called ${unknown.join(', ')}; there are ${known.join(', ')}`)
  const chosen = ids.flatMap(meant)
  return jobs.filter((job) => chosen.includes(idOf(job)))
}
