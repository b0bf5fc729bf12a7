import { longestLeaseMs } from '../../../model/limits.js'
import type { Names } from '../../names.js'

/** The kind of the leases that are the locks of syncs. Their key is the inbox's `oa_id`. */
export const syncKind = 'sync'

const longestSeconds = Math.floor(longestLeaseMs / 1_000)

/** For each argument that a function of the sync locks can have: what is wrong with it, or null. */
const problems = {
  account_id: idProblem('p_account_id'),
  page_id: idProblem('p_page_id'),
  locked_by: idProblem('p_locked_by'),
  token: () => "case when p_token is null then 'is required' when p_token < 1 then 'must be a token, which is 1 or more' end",
  ttl_seconds: () =>
    `case when p_ttl_seconds is null then 'is required'
      when p_ttl_seconds not between 1 and ${longestSeconds} then 'must be 1 to ${longestSeconds} seconds' end`,
} satisfies Record<string, (fn: Names['fn']) => string>

function idProblem(parameter: string): (fn: Names['fn']) => string {
  return (fn) => `case when ${parameter} is null then 'is required' else substr(${fn('problem_of')}('id', to_jsonb(${parameter})), 7) end`
}

/** Statements of PL/pgSQL that raise 22023 for the first argument that is none. `v_problem` is a text. */
export function requireArguments({ fn }: Names, names: readonly (keyof typeof problems)[]): string {
  const values = names.map((name, index) => `(${index}, '${name}', ${problems[name](fn)})`)
  return `select a.name || ': ' || a.problem into v_problem from (values
    ${values.join(',\n    ')}) a(place, name, problem)
  where a.problem is not null order by a.place limit 1;
  if v_problem is not null then
    raise exception '%', v_problem using errcode = '22023';
  end if;`
}
