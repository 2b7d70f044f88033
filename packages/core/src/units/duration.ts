/** `90s`, `15m`, `1h`, `7d`, `1h30m`, `0s` → milliseconds. @throws {CoreError} `INVALID_OPTION` that shows what is accepted. */
export declare function parseDuration(text: string): number;
/** Milliseconds → `1h 30m`, `2.4s`, `7d`. */
export declare function formatDuration(ms: number): string;
