import type { Pool } from 'pg'

/**
 * Makes the marks of a customer's conversation older by some milliseconds, as if the calls had been so far apart. Then
 * it clears away the row's former version, as a server with a minute's time has done.
 */
export async function ageMarks(pool: Pool, schema: string, customerId: string, ms: number): Promise<void> {
  await pool.query(
    `update ${schema}.conversations c set operations = (
      select array_agg(case when n = 1 then greatest(each - $1::bigint, 0) when n % 2 = 1 then each - $1::bigint * 8 else each end order by n)
      from unnest(c.operations) with ordinality u(each, n))
     where c.customer_id = $2`,
    [ms, customerId],
  )
  await pool.query(`vacuum ${schema}.conversations`)
}
