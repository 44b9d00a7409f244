/*
 * A PKCS#11 module that hands every call on to another one, FAULTY_TOKEN_MODULE, and misbehaves as the
 * files of the folder FAULTY_TOKEN_FOLDER say. A file has the name of a function and is read at each
 * call of it:
 *
 *   0x32            the function returns this CKR_… value and does nothing
 *   hang            it never returns
 *   close-sessions  all sessions are closed first; once, then the file goes
 *   log-out         the user is logged out first; once, then the file goes
 *   flip            C_Sign: its signature has one wrong bit
 *   other-key       C_SignInit: the private key labelled "other" is used
 *   none            C_GetSlotList: there is no slot
 *
 * Each call of these functions adds its name as a line to the file `calls`.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pkcs11.h"

static CK_FUNCTION_LIST real;
static CK_FUNCTION_LIST faulty;
static CK_SLOT_ID last_slot;

static void path_of(const char *name, char *path, size_t size) {
  const char *folder = getenv("FAULTY_TOKEN_FOLDER");
  snprintf(path, size, "%s/%s", folder == NULL ? "" : folder, name);
}

static void note(const char *name) {
  char path[4096];
  path_of("calls", path, sizeof path);
  FILE *file = fopen(path, "a");
  if (file == NULL) return;
  fprintf(file, "%s\n", name);
  fclose(file);
}

/* The first line of the function's file; empty when there is none. */
static void read_fault(const char *name, char *fault, int size) {
  char path[4096];
  fault[0] = '\0';
  path_of(name, path, sizeof path);
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  if (fgets(fault, size, file) == NULL) fault[0] = '\0';
  fault[strcspn(fault, "\n")] = '\0';
  fclose(file);
}

static void forget_fault(const char *name) {
  char path[4096];
  path_of(name, path, sizeof path);
  unlink(path);
}

/* Does what is to be done before any function; CKR_OK: the real one is to be called. */
static CK_RV meet(const char *name, CK_SESSION_HANDLE session, char *fault, int size) {
  note(name);
  read_fault(name, fault, size);
  if (strncmp(fault, "0x", 2) == 0) return strtoul(fault, NULL, 16);
  while (strcmp(fault, "hang") == 0) pause();
  if (strcmp(fault, "close-sessions") == 0) {
    forget_fault(name);
    real.C_CloseAllSessions(last_slot);
  }
  if (strcmp(fault, "log-out") == 0) {
    forget_fault(name);
    real.C_Logout(session);
  }
  return CKR_OK;
}

static CK_RV faulty_initialize(CK_VOID_PTR arguments) {
  char fault[64];
  CK_RV met = meet("C_Initialize", 0, fault, sizeof fault);
  return met != CKR_OK ? met : real.C_Initialize(arguments);
}

static CK_RV faulty_get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count) {
  char fault[64];
  CK_RV met = meet("C_GetSlotList", 0, fault, sizeof fault);
  if (met != CKR_OK) return met;
  if (strcmp(fault, "none") != 0) return real.C_GetSlotList(present, slots, count);
  *count = 0;
  return CKR_OK;
}

static CK_RV faulty_open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application,
                                 CK_NOTIFY notify, CK_SESSION_HANDLE_PTR session) {
  char fault[64];
  CK_RV met = meet("C_OpenSession", 0, fault, sizeof fault);
  last_slot = slot;
  return met != CKR_OK ? met : real.C_OpenSession(slot, flags, application, notify, session);
}

static CK_RV faulty_get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO_PTR info) {
  char fault[64];
  CK_RV met = meet("C_GetSessionInfo", session, fault, sizeof fault);
  return met != CKR_OK ? met : real.C_GetSessionInfo(session, info);
}

static CK_RV faulty_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin,
                          CK_ULONG length) {
  char fault[64];
  CK_RV met = meet("C_Login", session, fault, sizeof fault);
  return met != CKR_OK ? met : real.C_Login(session, user, pin, length);
}

static CK_OBJECT_HANDLE other_key(CK_SESSION_HANDLE session) {
  CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
  CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}, {CKA_LABEL, "other", 5}};
  CK_OBJECT_HANDLE found = CK_INVALID_HANDLE;
  CK_ULONG count = 0;
  real.C_FindObjectsInit(session, wanted, 2);
  real.C_FindObjects(session, &found, 1, &count);
  real.C_FindObjectsFinal(session);
  return found;
}

static CK_RV faulty_sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism,
                              CK_OBJECT_HANDLE key) {
  char fault[64];
  CK_RV met = meet("C_SignInit", session, fault, sizeof fault);
  if (met != CKR_OK) return met;
  if (strcmp(fault, "other-key") == 0) key = other_key(session);
  return real.C_SignInit(session, mechanism, key);
}

static CK_RV faulty_sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length,
                         CK_BYTE_PTR signature, CK_ULONG_PTR signature_length) {
  char fault[64];
  CK_RV met = meet("C_Sign", session, fault, sizeof fault);
  if (met != CKR_OK) return met;
  CK_RV result = real.C_Sign(session, data, length, signature, signature_length);
  if (result == CKR_OK && signature != NULL && strcmp(fault, "flip") == 0) signature[20] ^= 1;
  return result;
}

static CK_RV faulty_get_function_list(CK_FUNCTION_LIST_PTR_PTR list) {
  *list = &faulty;
  return CKR_OK;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  const char *file = getenv("FAULTY_TOKEN_MODULE");
  void *module = file == NULL ? NULL : dlopen(file, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = module == NULL ? NULL : dlsym(module, "C_GetFunctionList");
  CK_FUNCTION_LIST_PTR found = NULL;
  if (get == NULL || get(&found) != CKR_OK) return CKR_GENERAL_ERROR;
  real = faulty = *found;
  faulty.C_Initialize = faulty_initialize;
  faulty.C_GetFunctionList = faulty_get_function_list;
  faulty.C_GetSlotList = faulty_get_slot_list;
  faulty.C_OpenSession = faulty_open_session;
  faulty.C_GetSessionInfo = faulty_get_session_info;
  faulty.C_Login = faulty_login;
  faulty.C_SignInit = faulty_sign_init;
  faulty.C_Sign = faulty_sign;
  *list = &faulty;
  return CKR_OK;
}
