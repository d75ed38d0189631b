/* The members of lists as sets have them. Each returns false past the last one. */
#pragma once

#include "lists.h"
#include "sets.h"

bool archs_member(const struct archs *list, size_t i, struct member *out);
bool macs_member(const struct macs *list, size_t i, struct member *out);
bool uuids_member(const struct uuids *list, size_t i, struct member *out);
bool subnets_member(const struct subnets *list, size_t i, struct member *out);
bool duids_member(const struct duids *list, size_t i, struct member *out);
bool texts_member(const struct texts *list, size_t i, struct member *out);
bool beginnings_member(const struct texts *list, size_t i, struct member *out);
bool names_member(const struct texts *list, size_t i, struct member *out);
bool groups_member(const struct texts *list, size_t i, struct member *out);
bool ids_member(const struct ids *list, size_t i, struct member *out);
bool families_member(const struct families *list, size_t i, struct member *out);
