/**
 * The account of what belongs to no account. No host's account can have it, because an account's id is never empty. So
 * every statement names an account, also those of the operator.
 */
export const operatorScope = ''
