import { rememberedOperations } from '../../model/limits.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** What one row remembers for two: `joinedMemory` of src/model/planning/operations.ts, of operation-marks.ts. */
export function joinedOperations(): SqlFunction {
  return {
    name: 'joined_operations',
    parameters: 'p_kept bigint[], p_lost bigint[]',
    returns: 'bigint[]',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  with mark as materialized (
    select each.key, each.timed, row_number() over (order by each.timed >> 3 desc, each.row desc, each.place desc) as age
    from (
      select 1 as row, i as place, p_kept[i] as key, p_kept[i + 1] as timed from generate_series(2, array_length(p_kept, 1) - 1, 2) i
      union all
      select 2, i, p_lost[i], p_lost[i + 1] from generate_series(2, array_length(p_lost, 1) - 1, 2) i
    ) each
  )
  select greatest(p_kept[1], p_lost[1], (select max(mark.timed >> 3) from mark where mark.age > ${rememberedOperations}))
    || coalesce((select array_agg(pair.number order by mark.age desc, pair.place)
      from mark cross join lateral (values (1, mark.key), (2, mark.timed)) pair(place, number)
      where mark.age <= ${rememberedOperations}), '{}')
`,
  }
}
