import type { Names } from '../../names.js'

/**
 * Whether one of the inboxes `v_oas` redirects, has redirected, or knows numbers in any form, under a lock of theirs.
 * It is asked before a customer is made known to an inbox, and nowhere else. `redirect_inbox` waits for this lock: else
 * a call that has just read that the inbox keeps its traffic could make a customer known to it, of whom another call
 * has written to the destination meanwhile. The lock is the weakest there is, and holds up neither its like nor a
 * change of the inbox.
 */
export function doesRedirect({ tables }: Names): string {
  return `(select bool_or(b.redirected_to is not null or b.redirect_ended_at is not null or b.matches_numbers)
    from (select x.redirected_to, x.redirect_ended_at, x.matches_numbers from ${tables.inboxes} x
      where x.account_id = p_account and x.oa_id = any (v_oas) order by x.oa_id for key share) b)`
}
