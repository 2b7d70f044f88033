/** `10GB`, `512MiB`, `1.5 TB`, `1024` → bytes; `20%` of `total`, where one is given. @throws {CoreError} `INVALID_OPTION`. */
export declare function parseSize(text: string, total?: number): number;
/** Bytes → `1.2 GB` (decimal units, one concept everywhere). */
export declare function formatBytes(bytes: number): string;
