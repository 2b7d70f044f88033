export { EXIT, EXIT_BY_CODE, type ExitCode } from './exit-codes.ts';
export type { CliErrorCode } from './errors/cli-error.ts';
