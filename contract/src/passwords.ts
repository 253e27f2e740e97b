/** Length in characters. The upper end bounds the work of hashing (NIST SP 800-63B §3.1.1.2 asks for at least 64). */
export const PASSWORD = { min: 10, max: 128 } as const;
