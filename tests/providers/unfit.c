/* No provider: what it has by the names that a host looks for cannot be called. */
int PxeProviderInitialize = 5;

/* Not exported. */
__attribute__((visibility("hidden"))) int DllMain(void *module, unsigned reason, void *reserved);
__attribute__((visibility("hidden"))) int DllMain(void *module, unsigned reason, void *reserved)
{
	return module && reason && !reserved;
}
