/**
 * Now by the database's clock, whatever clock was injected: every process that wants a lease has to go by the same. It
 * is the time of the moment and not of the statement, which may have waited for a lock.
 */
export const leaseNow = "date_trunc('milliseconds', clock_timestamp())"
