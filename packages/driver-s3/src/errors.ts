/** The driver's name, in errors and in `drivers list`. */
export const DRIVER = 's3';
