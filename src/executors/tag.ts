/** Tags name what workers have and trials ask for: "gpu". All in lower case: who writes "GPU" means the same. */

export const tagPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

export const tagTitle = 'a name of up to 32 letters, digits, ".", "_" and "-", such as "gpu"';
