import type { Pool } from 'pg'

/**
 * Makes the marks of a customer's conversation older by some milliseconds, as if the calls had been so far apart. Then
 * it clears away the row's former version, as a server with a minute's time has done.
 */
export async function ageMarks(pool: Pool, schema: string, customerId: string, ms: number): Promise<void> {
  await pool.query(
    `update ${schema}.conversations c set operations = (
      select coalesce(jsonb_agg(jsonb_build_array(o.mark->0, o.mark->1, (o.mark->>2)::bigint - $1::bigint) order by o.n), '[]') from jsonb_array_elements(c.operations) with ordinality o(mark, n))
     where c.customer_id = $2`,
    [ms, customerId],
  )
  await pool.query(`vacuum ${schema}.conversations`)
}
