/** How many of a period's errors were server errors; null when there was none. The rules are those of 0001. */
export const serverErrors = {
  version: '0009-server-errors',
  statements: [
    'ALTER TABLE evidence ADD COLUMN IF NOT EXISTS canary_server_errors double precision',
    'ALTER TABLE evidence ADD COLUMN IF NOT EXISTS stable_server_errors double precision',
  ],
};
