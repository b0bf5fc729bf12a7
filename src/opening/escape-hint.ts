/** What most often makes a connection string malformed. */
export const escapeHint = 'in a user and a password, write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23 and % as %25'
