#include "tensorflow/protobuf.h"

#include "tensorflow/status.h"

namespace runtime {
namespace {

enum WireType { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

TensorFlowError Malformed() {
  return TensorFlowError(TF_DATA_LOSS, "malformed protocol buffer");
}

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

}  // namespace

uint64_t ProtoReader::ReadVarint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(ReadBytes(1)[0]);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  throw Malformed();
}

std::string_view ProtoReader::ReadBytes(size_t count) {
  if (count > bytes_.size()) throw Malformed();
  const std::string_view content = bytes_.substr(0, count);
  bytes_.remove_prefix(count);
  return content;
}

bool ProtoReader::Next() {
  if (bytes_.empty()) return false;
  const uint64_t tag = ReadVarint();
  field_ = static_cast<int>(tag >> 3);
  switch (tag & 7) {
    case kVarint:
      number_ = ReadVarint();
      return true;
    case kFixed64:
      number_ = LittleEndian(ReadBytes(8));
      return true;
    case kFixed32:
      number_ = LittleEndian(ReadBytes(4));
      return true;
    case kLength:
      content_ = ReadBytes(ReadVarint());
      return true;
    default:
      throw Malformed();
  }
}

void ProtoWriter::WriteVarint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    message_.push_back(static_cast<char>(value | 0x80));
  }
  message_.push_back(static_cast<char>(value));
}

ProtoWriter& ProtoWriter::Number(int field, uint64_t value) {
  WriteVarint(static_cast<uint64_t>(field) << 3 | kVarint);
  WriteVarint(value);
  return *this;
}

ProtoWriter& ProtoWriter::Bytes(int field, std::string_view value) {
  WriteVarint(static_cast<uint64_t>(field) << 3 | kLength);
  WriteVarint(value.size());
  message_.append(value);
  return *this;
}

}  // namespace runtime
